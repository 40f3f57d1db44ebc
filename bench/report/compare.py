#!/usr/bin/env python3
# ===- report/compare.py - what reports cost -------------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Runs the same programs with libstm, report=summary and report=full, and with a
libstm that notes nothing for reports (target stm_without_reports), taking turns.
Processor time, so that what else runs on the machine matters less. Only Python's
standard library."""

import argparse
import json
import os
import signal
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import harness  # noqa: E402
from harness import Side, table  # noqa: E402

# Percent; what we want to reach.
MOST = {"summary": 2, "full": 10}

# Of bench-cost: what, label, transactions in each part.
COSTS = [
    ("read1", "a read", 200000),
    ("read10", "10 reads", 100000),
    ("write1", "a write", 200000),
    ("write10", "10 writes", 100000),
    ("write100", "100 writes", 20000),
    ("transfer", "a transfer", 100000),
    ("tree0", "tree, no updates", 20000),
    ("tree100", "tree, 100 % updates", 10000),
    ("colliding-transfer", "2 threads: transfers, few cells", 200000),
    ("colliding-tree", "2 threads: tree, few elements", 100000),
]
# Of the applications: which, how many threads, scale.
APPS = [
    ("bank", 2, 0.2),
    ("counters/1", 2, 0.2),
    ("genes", 2, 0.2),
    ("packets", 2, 0.2),
    ("reservations/high", 2, 0.2),
]


class Comparison:
    def __init__(self, options):
        self.options = options
        self.missed = []
        libraries = os.path.join(options.build, "lib")
        self.folders = {"without": os.path.join(libraries, "without-reports"),
                        "again": os.path.join(libraries, "without-reports"),
                        "summary": libraries, "full": libraries}

    def path(self, program):
        return harness.path_of(self.options.build, program)

    def has(self, program):
        return os.access(self.path(program), os.X_OK)

    def run(self, how, command):
        """Where the report goes costs the same with any program."""
        report = "report=none" if how in ("without", "again") else f"report={how}"
        return harness.run(command, {"LD_LIBRARY_PATH": self.folders[how]},
                           f"{report}:report_path=/dev/null").stdout

    def row(self, label, measure, of=min):
        """measure(how): a figure, and rollbacks for each commit, or None."""
        sides = [Side(name, "") for name in self.folders]
        samples = harness.turns(sides, self.options.repetitions,
                                lambda side: measure(side.name))
        figure = {name: of(pair[0] for pair in s) for name, s in samples.items()}
        cells = [label, f"{figure['without']:.4g}"]
        for how in ("again", *MOST):
            percent = 100 * (figure[how] / figure["without"] - 1)
            cells.append(f"{percent:+.1f} %")
            if how in MOST and percent > MOST[how]:
                self.missed.append(f"{label}: report={how} costs {percent:.1f} %, "
                                   f"target {MOST[how]}")
        rates = [harness.median(samples[how], lambda pair: pair[1])
                 if samples[how][0][1] is not None else None
                 for how in ("without", "summary")]
        return cells + ["-" if rate is None else f"{100 * rate:.0f} %"
                        for rate in rates]


def small(comparison):
    program = comparison.path("bench-cost")
    rows = []
    for what, label, times in COSTS:
        if not comparison.options.wants(what):
            continue

        def measure(how, what=what, times=times):
            ns, *rate = comparison.run(how, [program, what, times, 9]).split()
            return float(ns), float(rate[0]) if rate else None

        row = comparison.row(label, measure)
        if comparison.options.instructions and not what.startswith("colliding"):
            counts = {how: harness.instructions_of_cost(
                program, comparison.folders[how], what, max(times // 5, 2000),
                f"report={'none' if how == 'without' else how}")
                for how in ("without", *MOST)}
            row += [f"{counts['without']:.1f}"]
            row += [f"{100 * (counts[how] / counts['without'] - 1):+.1f} %"
                    for how in MOST]
        else:
            row += ["-"] * 3
        rows.append(row)
    table("Nanoseconds of processor time of a transaction; what reports add to it",
          ["", "without", "again", *MOST, "rollbacks", "with", "instructions", *MOST],
          rows)


def applications(comparison):
    program = comparison.path("bench-apps-stm")
    rows = []
    for name, threads, scale in APPS:
        if not comparison.options.wants(name):
            continue

        def measure(how, name=name, threads=threads, scale=scale):
            output = comparison.run(how, [program, name, threads, scale])
            return json.loads(output)["processor"], None

        rows.append(comparison.row(f"{name}, {threads} threads", measure)[:-2])
    table("Seconds of processor time of applications (not of the report at exit)",
          ["", "without", "again", *MOST], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--only", action="append",
                        help="only this row, by the name of what runs; may be given "
                             "several times")
    parser.add_argument("--instructions", action="store_true",
                        help="count instructions as well (needs valgrind)")
    parser.add_argument("--strict", action="store_true",
                        help="end with 1 if a target is missed")
    options = parser.parse_args()
    options.wants = lambda name: not options.only or name in options.only
    comparison = Comparison(options)
    if not (comparison.has("bench-cost") and os.path.exists(
            os.path.join(comparison.folders["without"], "libstm.so"))):
        parser.error("bench-cost or target stm_without_reports isn't built")
    if options.instructions and not harness.has_valgrind():
        parser.error("--instructions needs valgrind")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; medians of "
          f"{options.repetitions}, the sides taking turns.\nagain: the runtime without "
          "reports once more, which says what differences mean.\n")
    small(comparison)
    if comparison.has("bench-apps-stm"):
        applications(comparison)
    harness.print_verdict(comparison.missed)
    return 1 if comparison.missed and options.strict else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # compare.py ... | head
    sys.exit(main())
