#!/usr/bin/env python3
# ===- apps/accesses.py - which accesses transactions make -----------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Runs the applications compiled with -stm-count, one thread, and prints how many
barriers of each kind a transaction executes, and how many accesses need none, by the
optimization that saw it. Counts, not times: the same on a busy machine. Only Python's
standard library."""

import argparse
import fnmatch
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.dirname(HERE))
import harness  # noqa: E402
from harness import Side, number, table  # noqa: E402

COUNTED = Side("counted", "bench-apps-counted")
BARRIERS = ["read_barriers", "write_barriers", "read_to_write_barriers",
            "range_barriers"]
PLAIN = ["paired_stores", "covered_accesses", "fresh_accesses", "lent_accesses",
         "constant_reads", "unwritten_reads", "private_accesses"]


def totals_of(program, options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.json")
        harness.run([harness.path_of(options.build, COUNTED.program), program, 1,
                     options.scale, options.seed],
                    report=f"report=full:report_format=json:report_path={path}")
        with open(path, encoding="utf-8") as file:
            return json.load(file)["totals"]


def row(program, totals):
    barriers = sum(totals[k] for k in BARRIERS)
    # What a pair has saved is a barrier, like each of the others.
    plain = sum(totals[k] for k in PLAIN)
    commits = totals["commits"] or 1
    return [program, totals["commits"],
            *(number(totals[k] / commits) for k in BARRIERS + PLAIN),
            f"{100 * plain / (barriers + plain):.0f} %" if barriers + plain else "n/a"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--only", action="append", metavar="PATTERN",
                        help="only these programs, such as 'containers/*'; may be "
                        "given several times")
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", help="write all counts to this file")
    options = parser.parse_args()
    if not harness.present(options.build, [COUNTED]):
        harness.fail(f"{COUNTED.program} is missing: build target {COUNTED.program}")
    lines = harness.run(
        [harness.path_of(options.build, COUNTED.program)]).stdout.splitlines()
    programs = sorted(line.split(": ", 1)[0] for line in lines)
    if options.only:
        programs = [name for name in programs
                    if any(fnmatch.fnmatch(name, p) for p in options.only)]
    if not programs:
        harness.fail("no program matches")
    totals = {p: totals_of(p, options) for p in programs}
    if options.json:
        harness.write_json(options.json, [
            {"program": p, "scale": options.scale, "seed": options.seed, "totals": t}
            for p, t in totals.items()])
    table(f"Accesses a transaction, one thread, scale {options.scale:g}: barriers, then "
          "what needs none (bench/apps/README.md)",
          ["", "commits", "read", "write", "read to write", "range", "paired", "covered", "fresh",
           "lent", "constant", "unwritten", "private", "without"],
          [row(p, t) for p, t in totals.items()])
    return 0


if __name__ == "__main__":
    sys.exit(main())
