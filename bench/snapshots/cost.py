# ===- snapshots/cost.py - what versions cost if none is needed ----------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Runs bench-cost with libstm and with a libstm that never looks whether there are
snapshots (target stm_without_versions)."""

import os
import shutil
import statistics
import tempfile

from harness import instructions_of_cost, run, table

# Of bench-cost: what, label, transactions in each part.
COSTS = [
    ("write1", "a write", 200000),
    ("write10", "10 writes", 100000),
    ("write100", "100 writes", 20000),
    ("transfer", "a transfer", 100000),
    ("tree100", "tree, 100 % updates", 10000),
]
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
        rows = [cost_row(bench, paths, *c) for c in COSTS]
    table("Without a snapshot: ns of an update transaction, one thread; cost of "
          "having versions",
          ["", "with versions", "without", "cost", "same library twice",
           "instructions with", "without", "cost"], rows)


def cost_row(bench, paths, what, label, times):
    samples = {name: [] for name in paths}
    for _ in range(2 * bench.rounds):
        for name, path in paths.items():
            result = run([bench.path("bench-cost"), what, times, "10"],
                         {"LD_LIBRARY_PATH": path})
            samples[name].append(float(result.stdout))
    ns = {name: statistics.median(v) for name, v in samples.items()}
    percent = 100 * (ns["with"] / ns["without"] - 1)
    row = [label, f"{ns['with']:.1f}", f"{ns['without']:.1f}", f"{percent:+.1f} %",
           f"{100 * (ns['again'] / ns['with'] - 1):+.1f} %"]
    if bench.options.instructions:
        count = {name: instructions_of_cost(bench.path("bench-cost"), paths[name],
                                            what, max(times // 20, 500))
                 for name in ("with", "without")}
        more = 100 * (count["with"] / count["without"] - 1)
        row += [f"{count['with']:.1f}", f"{count['without']:.1f}", f"{more:+.1f} %"]
    else:
        row += ["-"] * 3
    bench.expect(f"{label}: {percent:.1f} % for versions, target {MOST_COST}",
                 percent <= MOST_COST)
    return row
