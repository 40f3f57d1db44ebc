#!/usr/bin/env python3
#===- test/model/check.py - runs Spin on the protocol ----------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
"""Checks protocol.pml, whole or with one of its rules left out.

  check.py                 names all checks
  check.py NAME...         runs these; with --of-suite first, only those that take
                           seconds, or all if STM_TEST_LONG is set

A check of the whole protocol must find no error in all interleavings. A check
named without-RULE must find one, and of the kind that the table says. Exit code
77: Spin isn't there.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SKIPPED = 77

ASSERTION = "assertion violated"
DEADLOCK = "invalid end state"

UPDATES = "Update Update"
SNAPSHOT = "Update Snapshot REUSE"
ALONE = "Update Alone"
BESIDE = "Update Beside"
THREE = "Update Update Update OPS=1"
SHAPED = "Update Update Snapshot SHAPED OPS1=1"

# What the threads do, and what else is defined.
WHOLE = {
    "updates": UPDATES,
    "snapshot": SNAPSHOT + " OPS=1",
    "snapshot-again": "Update Snapshot ATTEMPTS=2 OPS=1",
    "alone": ALONE,
    "alone-and-snapshot": "Alone Snapshot",
    "beside": BESIDE,
    "beside-and-snapshot": "Beside Snapshot OPS=1",
    "alone-and-beside": "Alone Beside OPS=1",
}
LONG = {
    "long-updates-again": UPDATES + " ATTEMPTS=2 OPS=1",
    "long-snapshot": SNAPSHOT,
    "long-shaped": SHAPED,
    "long-readers": THREE,
    "long-three": "Update Update Snapshot OPS=1",
}
# The rule, who is needed to notice, and what goes wrong.
BROKEN = {
    "ReadUnchecked": (UPDATES, ASSERTION),
    "ExtendUnvalidated": (UPDATES, ASSERTION),
    "CommitUnvalidated": (UPDATES, ASSERTION),
    "ClockNotAdvanced": (UPDATES, ASSERTION),
    "WriteOverNewer": (UPDATES, ASSERTION),
    "NotUndone": (UPDATES, ASSERTION),
    "RollbackKeepsTime": (UPDATES, ASSERTION),
    "ClockBeforeUndo": (UPDATES, ASSERTION),
    "NoQuiescence": (UPDATES, ASSERTION),
    "QuietUnlooked": (THREE, ASSERTION),
    "NoLinkOnHandOver": (SNAPSHOT, ASSERTION),
    "MarkLinkedEarly": (SNAPSHOT, ASSERTION),
    "CommittingLate": (SNAPSHOT, ASSERTION),
    "PushesIgnored": (SNAPSHOT, ASSERTION),
    "SnapshotTooEarly": (SNAPSHOT, ASSERTION),
    "BoundIsTime": (SNAPSHOT + " TICK OPS=1", ASSERTION),
    "NoValidationAfterPush": (SHAPED, ASSERTION),
    "ProvisionalIgnored": (SNAPSHOT + " OPS=1 ATTEMPTS=2 SNAPSHOTS=1",
                           ASSERTION),
    "ExclusiveDoesNotWait": (ALONE, ASSERTION),
    "BeginIgnoresExclusive": (ALONE, ASSERTION),
    "InevitableUnvalidated": (ALONE, ASSERTION),
    "InevitableUnlinked": ("Alone Snapshot", DEADLOCK),
    "EarlierReadsUnguarded": (BESIDE, ASSERTION),
    "GuardsIgnored": (BESIDE, ASSERTION),
    "GuardsTooLate": (BESIDE, ASSERTION),
    "GuardsEndEarly": (BESIDE, ASSERTION),
}

# Without STM_TEST_LONG: two threads, and two broken rules.
SHORT = ["updates", "snapshot", "alone", "without-ExtendUnvalidated",
         "without-MarkLinkedEarly"]


def defines(config):
    kinds = []
    result = []
    for word in config.split():
        if word in ("Update", "Snapshot", "Alone", "Beside"):
            kinds.append(word)
        else:
            result.append("-D" + word)
    if not any(d.startswith("-DATTEMPTS") for d in result):
        result.append("-DATTEMPTS=1")
    result += [f"-DKIND{i}={kind}" for i, kind in enumerate(kinds)]
    return result + [f"-DTHREADS={len(kinds)}"]


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    return done.stdout


def explore(config, rule, is_long, wants_trail):
    """What went wrong, or "" if nothing did, and a line on what was done."""
    defs = defines(config) + ([f"-D{rule}"] if rule else [])
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(HERE, "protocol.pml"), folder)
        said = run(["spin", "-a", *defs, "protocol.pml"], folder)
        if not os.path.exists(os.path.join(folder, "pan.c")):
            sys.exit("spin: " + said)
        # Optimizing takes longer than running, unless there are very many
        # states.
        level = "-O1" if is_long else "-O0"
        said = run([os.environ.get("CC", "cc"), "-w", level, "-DSAFETY",
                    "-DCOLLAPSE", "-DVECTORSZ=2048", "-DMEMLIM=6000",
                    "-o", "pan", "pan.c"], folder)
        if not os.path.exists(os.path.join(folder, "pan")):
            sys.exit("cc: " + said)
        said = run(["./pan", "-m1000000"], folder)
        states = re.search(r"([0-9.e+]+) states, stored", said)
        if not states or "Search not completed" in said and "errors: 0" in said:
            sys.exit("the search was not completed:\n" + said)
        figures = f"{float(states[1]):.0f} states"
        if "errors: 0" in said:
            return "", figures
        trail = run(["spin", "-t", "-p", "-g", *defs, "protocol.pml"], folder)
        wrong = re.search(r"pan:?\s*\d*:? ?(.*)", said)[1]
        if wants_trail:
            figures += "\n" + trail
        return wrong, figures


def check(name):
    rule = name.removeprefix("without-") if name.startswith("without-") else ""
    expected = ""
    if rule:
        config, expected = BROKEN[rule]
    else:
        config = {**WHOLE, **LONG}[name]
    is_long = name in LONG
    wrong, figures = explore(config, rule, is_long, wants_trail=not rule)
    print(f"{name} ({config}): {wrong or 'no error'}, {figures}")
    return expected in wrong if expected else not wrong


def main():
    names = sys.argv[1:]
    if names and names[0] == "--of-suite":
        names = names[1:]
        if not os.environ.get("STM_TEST_LONG") and not set(names) <= set(SHORT):
            print("with ./dev test --long")
            return SKIPPED
    if not names:
        for name in [*WHOLE, *LONG]:
            print(name)
        for rule in BROKEN:
            print("without-" + rule)
        return 0
    # There are other programs of that name.
    if (not shutil.which("spin")
            or "Spin Version" not in run(["spin", "-V"], HERE)):
        print("Spin isn't installed (Debian: apt-get install spin)")
        return SKIPPED
    return 0 if all([check(name) for name in names]) else 1


sys.exit(main())
