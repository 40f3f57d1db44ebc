# ===- snapshots/cost.py - what versions cost if none is needed ----------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Runs bench-cost with libstm and with a libstm that never looks whether there are
snapshots (target stm_without_versions)."""

import json
import os
import shutil
import statistics
import tempfile

from harness import (instructions_of_application, instructions_of_cost, run,
                     table)

# Of bench-cost: what, label, transactions in each part.
COSTS = [
    ("write1", "a write", 200000),
    ("write10", "10 writes", 100000),
    ("write100", "100 writes", 20000),
    ("transfer", "a transfer", 100000),
    ("tree100", "tree, 100 % updates", 10000),
    ("hash100", "hash table, 100 % updates", 20000),
]
# An application whose transactions update trees, where it is built, and its scale.
APPLICATION, SCALE = "reservations/low", 0.1
MOST_COST = 3  # Percent; what we want to reach.


def cost(bench):
    libraries = os.path.join(bench.options.build, "lib")
    without = os.path.join(libraries, "without-versions")
    if not (bench.has("bench-cost")
            and os.path.exists(os.path.join(without, "libstm.so"))):
        print("Cost without snapshots: n/a (target stm_without_versions isn't "
              "built)\n")
        return
    with tempfile.TemporaryDirectory() as copy:
        # The same library once more says what differences mean.
        shutil.copy(os.path.join(libraries, "libstm.so"), copy)
        paths = {"with": libraries, "without": without, "again": copy}
        rows = [cost_row(bench, paths, label, *bench_cost(bench, what, times))
                for what, label, times in COSTS]
        if bench.has("bench-apps-stm"):
            rows.append(cost_row(bench, paths, f"{APPLICATION}, ms of all of it",
                                 *application(bench)))
        else:
            rows.append([f"{APPLICATION} (target bench-apps-stm isn't built)"]
                        + ["n/a"] * 7)
    table("Without a snapshot: ns of an update transaction, one thread; cost of "
          "having versions",
          ["", "with versions", "without", "cost", "same library twice",
           "instructions with", "without", "cost"], rows)


def bench_cost(bench, what, times):
    """What measures a library (its folder), and what counts its instructions."""
    program = bench.path("bench-cost")
    return (lambda folder: float(run([program, what, times, 10],
                                     {"LD_LIBRARY_PATH": folder}).stdout),
            lambda folder: instructions_of_cost(program, folder, what,
                                                max(times // 20, 500)))


def application(bench):
    program = bench.path("bench-apps-stm")
    return (lambda folder: 1000 * json.loads(
                run([program, APPLICATION, 1, SCALE],
                    {"LD_LIBRARY_PATH": folder}).stdout)["processor"],
            lambda folder: instructions_of_application(program, folder, APPLICATION,
                                                       SCALE / 2))


def cost_row(bench, paths, label, measure, count):
    samples = {name: [] for name in paths}
    for _ in range(2 * bench.rounds):
        for name, path in paths.items():
            samples[name].append(measure(path))
    bench.note("cost", label, samples)
    middle = {name: statistics.median(v) for name, v in samples.items()}
    percent = 100 * (middle["with"] / middle["without"] - 1)
    row = [label, f"{middle['with']:.1f}", f"{middle['without']:.1f}",
           f"{percent:+.1f} %",
           f"{100 * (middle['again'] / middle['with'] - 1):+.1f} %"]
    if bench.options.instructions:
        counts = {name: count(paths[name]) for name in ("with", "without")}
        more = 100 * (counts["with"] / counts["without"] - 1)
        row += [f"{counts['with']:.1f}", f"{counts['without']:.1f}", f"{more:+.1f} %"]
    else:
        row += ["-"] * 3
    bench.expect(f"{label}: {percent:.1f} % for versions, target {MOST_COST}",
                 percent <= MOST_COST)
    return row
