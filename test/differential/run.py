#!/usr/bin/env python3
# ===- differential/run.py - the same output, transaction or not -------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
#   run.py BUILD LLVM own|scopes|csmith FIRST COUNT [LEVELS] [--only-long]
#
# COUNT random programs from seed FIRST on (if STM_TEST_LONG is set 30 times as many,
# of scopes 100 times, of csmith's 200 times), each compiled without the plugin at -O0 and, its blocks
# transactions, at LEVELS (such as "-O0,-O2 -g"; two of all if there are none). These
# run with the checked runtime, where reads, writes and commits roll back now and
# then, and memory runs out. Their output must be the same. What differs stays in
# BUILD/test/differential, and is named.
#
# Ends with 77 where csmith isn't installed, or with --only-long without
# STM_TEST_LONG.

import os
import re
import shutil
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
if sys.argv[-1] == "--only-long":
    sys.argv.pop()
    if not os.environ.get("STM_TEST_LONG"):
        print("with ./dev test --long")
        sys.exit(77)
build, llvm, kind, first, count = sys.argv[1:6]
all_levels = ["-O0", "-O1", "-O2", "-O3", "-O2 -g", "-O1 -g -flto -fuse-ld=lld", "-Os", "-O2 -mllvm -stm-inline=never", "-O2 -stm-whole-program"]
chosen = sys.argv[6].split(",") if len(sys.argv) > 6 else None
work = os.path.join(build, "test", "differential", llvm + "-" + kind)
os.makedirs(work, exist_ok=True)
environment = dict(os.environ, STM_CLANG_VERSION=llvm)
environment.pop("STM_OPTIONS", None)
generator = {"own": "generate.py", "scopes": "generate_scopes.py"}.get(kind)
plain = "clang++" if generator else "clang"
driver = "stm-" + plain
suffix = ".cpp" if generator else ".c"
# What has run out of memory can't be cancelled any more.
faults = "abort/30+chunks" + ("" if kind == "scopes" else "+memory/100")
# Programs of csmith's that run for ever are left out: no other one takes so long.
patience = 5


def run(command, timeout, **options):
    """Output and exit code; None if it takes too long."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, **options)
        return done.stdout, done.returncode
    except subprocess.TimeoutExpired:
        return None


def generate(seed, path):
    if generator:
        text, _ = run([sys.executable, os.path.join(here, generator), str(seed)], None)
    else:
        text, code = run(["csmith", "--seed", str(seed), "--no-volatiles", "--no-argc",
                          "--max-funcs", "6", "--max-block-depth", "3"], 60, cwd=work) # It leaves a file there.
        if code:
            return False
        text = text.decode()
        # The checksums are of what the transaction leaves.
        if not re.search(r"^ *func_1\(\);$", text, re.M):
            return False
        text = re.sub(r"^ *func_1\(\);$", "    BLOCK { func_1(); }", text, flags=re.M)
        text = "#ifdef TRANSACTIONS\n#include <stm/stm.h>\n#define BLOCK STM_ATOMIC\n#else\n#define BLOCK\n#endif\n" + text
        text = text.encode()
    with open(path, "wb") as file:
        file.write(text)
    return True


def compile(command):
    output, code = run(command, None, env=environment)
    if code:
        sys.stdout.write(output.decode(errors="replace"))
    return code == 0


def check(seed):
    """What went wrong; nothing; or False: the program is of no use."""
    source = os.path.join(work, "%d%s" % (seed, suffix))
    program = os.path.join(work, str(seed))
    if not generate(seed, source):
        return False
    common = ["-w", source, "-o", program]
    standard = ["-std=c++20"] if generator else ["-I" + headers]
    clang = "/usr/lib/llvm-%s/bin/%s" % (llvm, plain)
    if not compile([clang, "-O0"] + standard + common):
        return "not compiled without the plugin"
    wanted = run([program], patience)
    if wanted is None or wanted[1]:
        return False
    levels = chosen or [all_levels[(seed * 2 + i) % len(all_levels)] for i in range(2)]
    for level in levels:
        if "lld" in level and not os.path.exists("/usr/lib/llvm-%s/bin/ld.lld" % llvm):
            continue
        command = [os.path.join(build, "bin", driver), "-DTRANSACTIONS"] + level.split()
        # Of csmith's there is one file only.
        parts = ["%s.%d.o" % (program, part) for part in (0, 1) if "whole-program" in level and kind == "own"]
        if not all(compile(command + ["-DPART=%d" % part, "-w", "-c", source, "-o", path] + standard)
                   for part, path in enumerate(parts)):
            return level + ": not compiled"
        if not compile(command + (["-o", program] + parts if parts else standard + common)):
            return level + ": not compiled"
        for checked in (False, True):
            changed = dict(environment)
            if checked:
                changed["LD_LIBRARY_PATH"] = os.path.join(build, "lib", "checked")
                changed["STM_OPTIONS"] = "report=none:inject=%s:seed=%d" % (faults, seed)
            else:
                changed["STM_OPTIONS"] = "report=none"
            # Nothing that ends is slower than that; what doesn't is a finding.
            got = run([program], 120 * patience, env=changed)
            if got != wanted:
                with open(program + ".out", "wb") as file:
                    file.write(got[0] if got else b"")
                return "%s%s: %s" % (level, ", with faults" if checked else "",
                                     "ended with %d" % got[1] if got and got[1] else "another output" if got else "for ever")
    for path in [source, program] + [p for p in ("%s.%d.o" % (program, part) for part in (0, 1)) if os.path.exists(p)]:
        os.remove(path)
    return None


headers = "/usr/include/csmith"
if kind == "csmith" and not (shutil.which("csmith") and os.path.exists(headers)):
    print("csmith and libcsmith-dev aren't installed")
    sys.exit(77)
count = int(count)
if os.environ.get("STM_TEST_LONG"):
    count *= {"own": 30, "scopes": 100, "csmith": 200}[kind]
checked = useless = 0
failures = []
seed = int(first)
while checked < count:
    wrong = check(seed)
    if wrong is False:
        useless += 1
    else:
        checked += 1
    if wrong:
        failures.append("%s%d%s: %s" % (work + os.sep, seed, suffix, wrong))
        print(failures[-1], flush=True)
    seed += 1
print("LLVM %s, %s: %d programs, %d of no use, %d differ" % (llvm, kind, checked, useless, len(failures)))
sys.exit(bool(failures))
