# ===- snapshots/harness.py - runs the sides, prints tables --------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""What compare.py and cost.py have in common."""

import json
import os
import statistics
import subprocess
import sys

# Name, program, environment.
SIDES = [
    ("ours, snapshot", "bench-snapshots-snapshot", {}),
    ("ours, atomic", "bench-snapshots-atomic", {}),
    ("mutex", "bench-snapshots-mutex", {}),
    ("libitm sw", "bench-snapshots-libitm", {"ITM_DEFAULT_METHOD": "ml_wt"}),
    ("unprotected", "bench-snapshots-plain", {}),
]
CANNOT_WALK = ["unprotected"]
OURS = SIDES[0]


class Bench:
    def __init__(self, options):
        self.options = options
        self.rounds = options.repetitions
        self.sides = [s for s in SIDES if self.has(s[1])]
        self.missed = []

    def path(self, program):
        return os.path.join(self.options.build, "bin", program)

    def has(self, program):
        return os.access(self.path(program), os.X_OK)

    def run(self, command, extra, report="report=none"):
        environment = {"STM_OPTIONS": report, **os.environ, **extra}
        if report != "report=none":
            environment["STM_OPTIONS"] = report
        if sys.stderr.isatty():
            print(f"\r\033[K{' '.join(map(str, command))[-75:]}", end="",
                  file=sys.stderr)
        result = subprocess.run(command, env=environment, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
        if result.returncode:
            sys.exit(f"compare.py: {' '.join(map(str, command))} ended with "
                     f"{result.returncode}:\n{result.stderr}")
        return result

    def side(self, side, arguments, report="report=none"):
        result = self.run([self.path(side[1]), *map(str, arguments)], side[2],
                          report)
        return json.loads(result.stdout), result.stderr

    def turns(self, arguments):
        """{side's name: [what each round gave]}, the sides taking turns."""
        sides = [s for s in self.sides
                 if arguments[0] != "tree" or s[0] not in CANNOT_WALK]
        samples = {s[0]: [] for s in sides}
        for _ in range(self.rounds):
            for side in sides:
                samples[side[0]].append(self.side(side, arguments)[0])
        return samples

    def expect(self, what, holds):
        if not holds:
            self.missed.append(what)


def median(samples, key):
    return statistics.median(
        s[key] if isinstance(key, str) else key(s) for s in samples)


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def megabytes(value):
    return f"{value / (1 << 20):.1f}"


def table(title, heads, rows):
    print(title)
    cells = [[str(c) for c in row] for row in [heads, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    for first, *others in cells:
        print("  ".join([first.ljust(widths[0])]
                        + [c.rjust(w) for c, w in zip(others, widths[1:])]).rstrip())
    print()
