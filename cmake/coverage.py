#!/usr/bin/env python3
# ===- cmake/coverage.py - what the tests reach ------------------------------===#
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

import concurrent.futures
import glob
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
# A program that a test has killed as it started leaves half a profile.
subprocess.run([tools + "llvm-profdata", "merge", "-sparse", "-failure-mode=all",
                "-f", names, "-o", merged], check=True)
# weak/ compiles the same sources in another way, and says nothing of lines.
binaries = [b for b in glob.glob(os.path.join(build, "bin", "*_test"))
            if os.path.basename(b) not in ("weak_memory_test", "litmus_test")]
binaries += [os.path.join(build, "lib", library)
             for library in ("libstm-pass-19.so", "libstm.so", "checked/libstm.so")]


def export(binary):
    """One by one: functions with test points in them aren't those without, and
    llvm-cov would leave out either."""
    return subprocess.run([tools + "llvm-cov", "export", "-format=lcov", "-instr-profile",
                           merged, binary, os.path.join(source, "rt"),
                           os.path.join(source, "pass")],
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True).stdout


# {file: {line: whether it ran}}, and of branches.
lines, branches = {}, {}
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for text in pool.map(export, binaries):
        for row in text.splitlines():
            kind, _, value = row.partition(":")
            if kind == "SF":
                name = os.path.relpath(value, source)
            elif kind == "DA":
                number, count = map(int, value.split(",")[:2])
                ran = lines.setdefault(name, {})
                ran[number] = ran.get(number, False) or count > 0
            elif kind == "BRDA":
                *which, count = value.split(",")
                ran = branches.setdefault(name, {})
                which = tuple(which)
                ran[which] = ran.get(which, False) or count not in ("-", "0")

if "--missing" in sys.argv:
    folder = sys.argv[-1].rstrip("/") + os.sep
    for name, ran in sorted(lines.items()):
        missing = sorted(line for line in ran if not ran[line])
        if name.startswith(folder) and missing:
            print(name, *missing)
    sys.exit()


def percent(of, folder):
    """And how many there are."""
    all_ = [ran for name, here in of.items() if os.path.dirname(name) == folder
            for ran in here.values()]
    return 100 * sum(all_) / len(all_) if all_ else 100, len(all_)


print("%-12s %7s %7s %10s" % ("folder", "lines", "%", "branches %"))
short = []
# A program without anything of either gives its own files.
for folder in sorted({os.path.dirname(name) for name in lines
                      if name.startswith(("rt/", "pass/"))}):
    part, count = percent(lines, folder)
    print("%-12s %7d %7.1f %10.1f" % (folder, count, part, percent(branches, folder)[0]))
    if part < promised.get(folder, 0):
        short.append(folder)
if short:
    sys.exit("coverage.py: below what is promised: " + ", ".join(short))
