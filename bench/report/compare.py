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
    ("known-read10", "10 reads, two threads known", 100000),
    ("known-write10", "10 writes, two threads known", 100000),
    ("known-transfer", "a transfer, two threads known", 100000),
]
# Of bench-collisions: what, label. Each transaction is rolled back once.
COLLISIONS = [
    ("stale", "what it had read has changed"),
    ("locked", "what it reads is locked"),
]
TIMES = 20000
# All applications run with one thread; these, at this scale, with two as well.
SCALE = 0.2
WITH_TWO = ["bank", "counters/1", "genes", "packets", "reservations/high"]


class Comparison:
    def __init__(self, options):
        self.options = options
        self.missed = []
        self.measured = []  # For --json.
        libraries = os.path.join(options.build, "lib")
        without = os.path.join(libraries, "without-reports")
        self.folders = {"without": without, "again": without,
                        "summary": libraries, "full": libraries}

    def path(self, program):
        return harness.path_of(self.options.build, program)

    def has(self, program):
        return os.access(self.path(program), os.X_OK)

    def run(self, how, command, options=""):
        report = how if how in MOST else "none"
        return harness.run(command, {"LD_LIBRARY_PATH": self.folders[how]},
                           f"report={report}:single_thread=barriers:"
                           f"report_path=/dev/null{options}").stdout

    def least(self, row, unit, measure):
        """{how: the least of measure(how)}: what else runs only adds to it."""
        sides = [Side(name, "") for name in self.folders]
        samples = harness.turns(sides, self.options.repetitions,
                                lambda side: measure(side.name))
        self.measured.append({"row": row, "unit": unit, "samples": samples})
        return {name: min(values) for name, values in samples.items()}

    def cells(self, label, ns):
        """Without a label it isn't what the targets are for."""
        cells = [f"{ns['without']:.4g}"]
        for how in ("again", *MOST):
            percent = 100 * (ns[how] / ns["without"] - 1)
            cells.append(f"{percent:+.1f} %")
            if label and how in MOST and percent > MOST[how]:
                self.missed.append(f"{label}: report={how} costs {percent:.1f} %, "
                                   f"target {MOST[how]}")
        return cells


def small(comparison):
    program = comparison.path("bench-cost")
    rows = []
    for what, label, times in COSTS:
        if not comparison.options.wants(what):
            continue
        ns = comparison.least(what, "ns", lambda how, what=what, times=times: float(
            comparison.run(how, [program, what, times, 15])))
        row = [label, *comparison.cells(label, ns)]
        if comparison.options.instructions:
            # Without samples, whose distance depends on the time that passes.
            without, noting = (
                harness.instructions_of_cost(program, comparison.folders[how], what,
                                             max(times // 20, 500))
                for how in ("without", "summary"))
            row += [f"{without:.1f}", f"{100 * (noting / without - 1):+.1f} %"]
        else:
            row += ["-"] * 2
        rows.append(row)
    table("Nanoseconds of processor time of a transaction; what reports add to it",
          ["", "without", "again", *MOST, "instructions", "noting"], rows)


def collisions(comparison):
    program = comparison.path("bench-collisions")
    rows = []
    for what, label in COLLISIONS:
        if not comparison.options.wants(what):
            continue
        ns = comparison.least(what, "ns", lambda how, what=what: float(
            comparison.run(how, [program, what, TIMES], ":quiesce=never")))
        rows.append([label, *comparison.cells(label, ns)])
    table("The same of two, of which one is rolled back once",
          ["", "without", "again", *MOST], rows)


def applications(comparison):
    """The benchmark set: the targets are for its mean."""
    program = comparison.path("bench-apps-stm")
    names = sorted(line.split(":")[0] for line in
                   harness.run([program], {}, "").stdout.splitlines() if ":" in line)
    rows, ratios = [], {how: [] for how in comparison.folders}
    noting = []
    for name, threads in [(n, 1) for n in names] + [(n, 2) for n in WITH_TWO]:
        if not comparison.options.wants(name):
            continue
        seconds = comparison.least(
            f"{name}, {threads}", "s",
            lambda how, name=name, threads=threads: json.loads(
                comparison.run(how, [program, name, threads, SCALE]))["processor"])
        plural = "" if threads == 1 else "s"
        row = [f"{name}, {threads} thread{plural}", *comparison.cells(None, seconds)]
        if comparison.options.instructions and threads == 1:
            # Without samples, as above.
            without, summary = (
                harness.instructions_of_application(
                    program, comparison.folders[how], name, SCALE / 4)
                for how in ("without", "summary"))
            noting.append(summary / without)
            row.append(f"{100 * (noting[-1] - 1):+.1f} %")
        else:
            row.append("-")
        rows.append(row)
        for how, values in ratios.items():
            values.append(seconds[how] / seconds["without"])
    if rows:
        mean = {how: harness.geometric_mean(values) for how, values in ratios.items()}
        rows.append(["all, geometric mean",
                     *comparison.cells("the applications", mean),
                     f"{100 * (harness.geometric_mean(noting) - 1):+.1f} %"
                     if noting else "-"])
    table("Seconds of processor time of applications; instructions, one thread",
          ["", "without", "again", *MOST, "noting"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--repetitions", type=int, default=11)
    parser.add_argument("--only", action="append",
                        help="only this row, by the name of what runs; may be given "
                             "several times")
    parser.add_argument("--instructions", action="store_true",
                        help="count instructions as well (needs valgrind)")
    parser.add_argument("--json", help="write all measurements to this file")
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
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; the least of "
          f"{options.repetitions}, the sides taking turns.\nagain: the runtime without "
          "reports once more, which says what differences mean.\n")
    small(comparison)
    for program, measure in (("bench-collisions", collisions),
                             ("bench-apps-stm", applications)):
        if comparison.has(program):
            measure(comparison)
    if options.json:
        harness.write_json(options.json, comparison.measured)
    harness.print_verdict(comparison.missed)
    return 1 if comparison.missed and options.strict else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # compare.py ... | head
    sys.exit(main())
