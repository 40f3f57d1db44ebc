# ===- snapshots/sides.py - what is compared ------------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""What compare.py and cost.py have in common."""

import json
import os

import harness
from harness import Side

SIDES = [
    Side("ours, snapshot", "bench-snapshots-snapshot"),
    Side("ours, atomic", "bench-snapshots-atomic"),
    Side("mutex", "bench-snapshots-mutex"),
    Side("libitm sw", "bench-snapshots-libitm", {"ITM_DEFAULT_METHOD": "ml_wt"}),
    Side("unprotected", "bench-snapshots-plain"),
]
OURS = SIDES[0]


class Bench:
    def __init__(self, options):
        self.options = options
        self.rounds = options.repetitions
        self.sides = harness.present(options.build, SIDES)
        self.missed = []
        self.out_of_reach = []
        self.measured = []  # For --json.
        self.plots = []     # For --html.

    def path(self, program):
        return harness.path_of(self.options.build, program)

    def has(self, program):
        return os.access(self.path(program), os.X_OK)

    def side(self, side, arguments, report=harness.QUIET):
        result = harness.run([self.path(side.program), *arguments],
                             side.environment, report)
        return json.loads(result.stdout), result.stderr

    def turns(self, part, title, arguments):
        """{side's name: [what each round gave]}, the sides taking turns."""
        samples = harness.turns(self.sides, self.rounds,
                                lambda side: self.side(side, arguments)[0])
        self.note(part, title, samples)
        return samples

    def note(self, part, title, samples):
        self.measured.append({"part": part, "title": title, "samples": samples})

    def expect(self, what, holds, beyond=""):
        """beyond: why nothing could have reached it on this machine just then."""
        if holds:
            return
        if beyond:
            self.out_of_reach.append(f"{what} ({beyond})")
        else:
            self.missed.append(what)
