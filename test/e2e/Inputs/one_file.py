# ===- e2e/Inputs/one_file.py - the applications as one source -------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# one_file.py FOLDER: includes all of bench/apps in one file, which is compiled in a
# third of the time: each in a namespace of its own, after all headers.

import glob
import os
import re
import sys

sources = sorted(glob.glob(os.path.join(sys.argv[1], "*.cpp")))
headers, programs = [], []
for source in sources:
    name = os.path.splitext(os.path.basename(source))[0]
    with open(source, encoding="utf-8") as file:
        for line in re.findall(r"^#include .*", file.read(), re.M):
            headers.append(re.sub('"(.*)"', lambda m: '"%s"' % os.path.join(
                sys.argv[1], m[1]), line))
    include = f'#include "{source}"'
    programs.append(include if name == "main" else
                    f"namespace {name} {{\n{include}\n}}")
print("\n".join([*dict.fromkeys(headers), *programs]))
