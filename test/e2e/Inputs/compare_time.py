#!/usr/bin/env python3
# ===- e2e/Inputs/compare_time.py - a report's times and the program's -------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# compare_time.py REPORT EXPECTED: EXPECTED has lines "bucket nanoseconds", as the
# main thread has measured them around what it did. Each may differ by a tenth,
# and by 5 ms.

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    threads = json.load(file)["threads"]
time = max(threads, key=lambda thread: thread["wall_ns"])["time_ns"]
with open(sys.argv[2], encoding="utf-8") as file:
    expected = dict(line.split() for line in file)
wrong = [
    "%s: %d instead of %s" % (bucket, time[bucket], spent)
    for bucket, spent in expected.items()
    if abs(time[bucket] - int(spent)) > int(spent) / 10 + 5e6
]
sys.exit("\n".join(wrong) or 0)
