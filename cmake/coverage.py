#!/usr/bin/env python3
# ===- cmake/coverage.py - what the unit tests reach -------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
#   coverage.py SOURCE BUILD [--missing FOLDER]
#
# Merges the profiles that ./dev coverage has made in BUILD and prints the part of
# lines and branches that ran, by folder; with --missing the lines that didn't.
# Fails where a folder of the core is below what is promised (test/README.md).

import glob
import json
import os
import subprocess
import sys

source, build = map(os.path.abspath, sys.argv[1:3])
tools = "/usr/lib/llvm-19/bin/"
promised = {"rt/tx": 95, "rt/version": 95, "rt/gc": 95}

profiles = glob.glob(os.path.join(build, "profiles", "*.profraw"))
if not profiles:
    sys.exit("coverage.py: no profiles in " + build)
names = os.path.join(build, "profiles", "list")
with open(names, "w") as file:
    file.write("\n".join(profiles))
merged = os.path.join(build, "profiles", "merged.profdata")
# A program that a test has killed leaves half a profile.
subprocess.run([tools + "llvm-profdata", "merge", "-sparse", "-failure-mode=all",
                "-f", names, "-o", merged], check=True)
binaries = glob.glob(os.path.join(build, "bin", "*_test"))
binaries += glob.glob(os.path.join(build, "lib", "libstm-pass-19.so"))
objects = [argument for binary in binaries[1:] for argument in ("-object", binary)]


def export(*options):
    text = subprocess.run([tools + "llvm-cov", "export", "-instr-profile", merged, *options,
                           binaries[0], *objects, os.path.join(source, "rt"), os.path.join(source, "pass")],
                          check=True, stdout=subprocess.PIPE).stdout
    return json.loads(text)["data"][0]["files"]


if "--missing" in sys.argv:
    folder = os.path.join(source, sys.argv[-1]) + os.sep
    for file in export():
        if not file["filename"].startswith(folder):
            continue
        # [line, column, count, has a count, starts a region, is a gap]
        lines = [s[0] for s in file["segments"] if s[3] and s[4] and not s[5] and not s[2]]
        if lines:
            print(os.path.relpath(file["filename"], source), *sorted(set(lines)))
    sys.exit()

folders = {}
for file in export("-summary-only"):
    name = os.path.dirname(os.path.relpath(file["filename"], source))
    sums = folders.setdefault(name, {"lines": [0, 0], "branches": [0, 0]})
    for kind, (covered, count) in sums.items():
        summary = file["summary"][kind]
        sums[kind] = [covered + summary["covered"], count + summary["count"]]

percent = lambda pair: 100 * pair[0] / pair[1] if pair[1] else 100
print("%-12s %7s %7s %10s" % ("folder", "lines", "%", "branches %"))
short = []
for name in sorted(folders):
    lines, branches = folders[name]["lines"], folders[name]["branches"]
    print("%-12s %7d %7.1f %10.1f" % (name, lines[1], percent(lines), percent(branches)))
    if percent(lines) < promised.get(name, 0):
        short.append(name)
if short:
    sys.exit("coverage.py: below what is promised: " + ", ".join(short))
