#!/usr/bin/env python3
# ===- e2e/Inputs/compare_gain.py - a prediction and what came of it ---------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# compare_gain.py REPORT WITH WITHOUT...: the latter hold how long the program ran
# with its conflicts and without (the shortest counts). Their gains together, of the thread they hit,
# are to be right within 10 % of the time.

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    conflicts = json.load(file)["conflicts"]
times = [int(open(path, encoding="utf-8").read()) for path in sys.argv[2:]]
predicted = sum(c["predicted_gain"] or 0 for c in conflicts)
real = 1 - min(times[1:]) / times[0]
print("predicted %.3f, in fact %.3f" % (predicted, real))
sys.exit(abs(predicted - real) > 0.1)
