#!/usr/bin/env python3
# ===- micro/compare.py - all sides in one run, as ratios ------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Runs the benchmarks of every side in turn (A B C A B C ...), takes medians,
and prints one table of costs and one of ratios. A side that this machine cannot
build is shown as n/a. Only Python's standard library."""

import argparse
import json
import os
import re
import signal
import statistics
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import harness  # noqa: E402
import plots  # noqa: E402
from harness import Side, number, ratio, table  # noqa: E402

# Ratios are ours against each of the others.
SIDES = [
    Side("plain", "bench-micro-plain"),
    Side("mutex", "bench-micro-mutex"),
    Side("ours", "bench-micro-stm"),
    Side("libitm sw", "bench-micro-libitm", {"ITM_DEFAULT_METHOD": "ml_wt"}),
    Side("libitm", "bench-micro-libitm"),
]
OURS = "ours"
RATIOS = [s.name for s in SIDES if s.name != OURS]

RAW_GROUPS = ["^raw/", "^raw-two/"]
CONTAINER_GROUPS = [
    f"^(tree|hash)/.*/threads:{n}$" for n in (1, 2, 4, 8)
]

# What we promise to stay below, in ns on the machine of bench/README.md.
TARGETS = {
    ("raw", "empty"): 6.0,
    ("raw", "each read"): 2.0,
    ("raw", "each write"): 5.0,
}
# How many times as fast as libitm's software method, in each row.
SOFTWARE = "libitm sw"
LEAST_OF_SOFTWARE = 3.0
# Close to plain is what is wanted here, without a number: most of it is the
# allocator's on all sides.
MEMORY = "malloc and free, each"


def measure_group(build, side, group, min_time):
    """One process: {benchmark: ns per transaction, or operations per second}."""
    result = harness.run(
        [
            harness.path_of(build, side.program),
            f"--benchmark_filter={group}",
            f"--benchmark_min_time={min_time}",
            "--benchmark_format=json",
        ],
        side.environment,
    )
    if not result.stdout.strip():
        return {}  # The side has nothing in this group.
    values = {}
    for row in json.loads(result.stdout)["benchmarks"]:
        if row.get("error_occurred"):
            harness.fail(f"{side.name}: {row['name']}: {row['error_message']}")
        value = row.get("items_per_second")
        if value is None or row["name"].endswith("threads:1"):
            # One thread: its processor time is what others can't disturb.
            assert row["time_unit"] == "ns"
            value = row["cpu_time"] if value is None else 1e9 / row["cpu_time"]
        values[row["name"]] = value
    return values


def measure(build, sides, groups, repetitions, min_time):
    """{benchmark: {side: [values]}}, the sides taking turns."""
    samples = {}
    for group in groups:
        of_group = harness.turns(
            sides, repetitions,
            lambda side: measure_group(build, side, group, min_time),
        )
        for side, rounds in of_group.items():
            for values in rounds:
                for name, value in values.items():
                    samples.setdefault(name, {}).setdefault(side, []).append(value)
    return samples


def medians(samples):
    return {
        name: {side: statistics.median(v) for side, v in by_side.items()}
        for name, by_side in samples.items()
    }


def raw_rows(values):
    """Label and ns of each side; per access where there are accesses."""
    rows = {"raw": [], "raw-two": []}
    by_kind = {"raw": {}, "raw-two": {}}
    for name, by_side in values.items():
        kind, what, count = name.split("/")
        by_kind[kind][what, int(count)] = by_side
    labels = {
        "read": "read, transactions of {}",
        "write": "write, transactions of {}",
        "read-apart": "read, a cache line each, {}",
        "write-apart": "write, a cache line each, {}",
        "memory": MEMORY,
    }
    for kind, table in by_kind.items():
        for what in ("read", "write"):
            short, long = table.get((what, 10)), table.get((what, 1000))
            if short and long:
                # The cost of beginning and committing cancels out.
                table[f"each {what}", 0] = {
                    s: (long[s] - short[s]) / 990 for s in long if s in short
                }
        order = [
            "empty", "each read", "each write", "read", "write", "read-apart",
            "write-apart", "read-one-write", "transfer", "memory",
        ]
        for (what, count), by_side in sorted(
            table.items(), key=lambda item: (order.index(item[0][0]), item[0][1])
        ):
            if what == "read-one-write":
                label, by = f"{count} reads and a write, in all", 1
            elif what == "transfer":
                label, by = "a transfer between two cells, in all", 1
            elif what in labels:
                label, by = labels[what].format(count), count
            else:
                label, by = what, 1
            rows[kind].append((label, {s: v / by for s, v in by_side.items()}))
    return rows


def print_raw(values, sides):
    titles = {
        "raw": "Raw costs, one thread: ns per access (empty: per transaction)",
        "raw-two": "The same while a second thread is known to the runtime",
    }
    for kind, rows in raw_rows(values).items():
        if not rows:
            continue
        lines = []
        for label, by_side in rows:
            target = TARGETS.get((kind, label))
            wanted = f"<= {target:g}" if target else ""
            lines.append(
                [label]
                + [number(by_side.get(s)) for s in sides]
                + ["plain's" if label == MEMORY else wanted]
                + [ratio(by_side.get(s), by_side.get(OURS)) for s in RATIOS]
            )
        table(titles[kind],
              ["", *sides, "target", *(f"vs {s}" for s in RATIOS)], lines)


def container_rows(values):
    """Label, threads and operations per second of each side, in order."""
    rows = []
    for name, by_side in values.items():
        kind, updates, threads = re.match(
            r"(\w+)/(\d+)/.*threads:(\d+)$", name
        ).groups()
        order = (kind != "tree", int(updates), int(threads))
        label = f"{kind}, {updates} % updates, {threads} threads"
        rows.append((order, label[:-1] if threads == "1" else label, by_side))
    return [(label, order[-1], by_side)
            for order, label, by_side in sorted(rows, key=lambda row: row[0])]


def print_containers(values, sides):
    lines = []
    for label, threads, by_side in container_rows(values):
        # One thread without any synchronization is no rival of several.
        cells = ["-" if s == "plain" and threads != 1
                 else number(by_side[s] / 1e6) if s in by_side else "n/a"
                 for s in sides]
        ratios = ["-" if s == "plain" and threads != 1
                  else ratio(by_side.get(OURS), by_side.get(s)) for s in RATIOS]
        lines.append([label, *cells, *ratios])
    table(
        "Containers of 64 k elements: million operations per second",
        ["", *sides, *(f"vs {s}" for s in RATIOS)],
        lines,
    )


def split(values):
    """Those of raw costs, and those of containers."""
    return ({n: v for n, v in values.items() if n.startswith("raw")},
            {n: v for n, v in values.items() if not n.startswith("raw")})


def plots_of(samples, rounds, sides):
    """The tables' rows, each row's groups together."""
    found = {}  # {(name, what, line): {group: {side: [value of each round]}}}

    def add(key, group, by_side):
        for side, value in by_side.items():
            found.setdefault(key, {}).setdefault(group, {}).setdefault(
                side, []).append(value)

    for number_of_round in range(rounds):
        raw, containers = split({
            name: {side: v[number_of_round] for side, v in by_side.items()}
            for name, by_side in samples.items()})
        for kind, rows in raw_rows(raw).items():
            group = "one thread" if kind == "raw" else "a second one known"
            for label, by_side in rows:
                add((label, "ns; less is better", TARGETS.get(("raw", label))),
                    group, by_side)
        for label, _, by_side in container_rows(containers):
            name, threads = label.rsplit(", ", 1)
            add((name, "million operations a second; more is better", None), threads,
                {side: value / 1e6 for side, value in by_side.items()})
    return [plots.Plot(name, what,
                       {group: [plots.bar_of(s, by_side[s])
                                for s in sides if s in by_side]
                        for group, by_side in groups.items()}, line)
            for (name, what, line), groups in found.items()]


def missed_targets(raw, containers):
    """The promises that the figures are held against: those that were not kept."""
    missed = []
    if not any(OURS in by_side for by_side in [*raw.values(), *containers.values()]):
        missed.append("ours was not measured")
    # Label, how many times as fast ours is as libitm's software method.
    ratios = []
    for kind, rows in raw_rows(raw).items():
        for label, by_side in rows:
            ours, software = by_side.get(OURS), by_side.get(SOFTWARE)
            target = TARGETS.get((kind, label))
            if target and ours and ours > target:
                missed.append(f"{label}: {ours:.2f} ns, target {target:g}: "
                              f"{ours / target:.2f} times as much")
            if ours and software and label != MEMORY:
                second = ", second thread known" if kind == "raw-two" else ""
                ratios.append((label + second, software / ours))
    for label, _, by_side in container_rows(containers):
        if by_side.get(OURS) and by_side.get(SOFTWARE):
            ratios.append((label, by_side[OURS] / by_side[SOFTWARE]))
    missed += [f"{label}: {times:.2f}x libitm's software method, target "
               f"{LEAST_OF_SOFTWARE:g}x"
               for label, times in ratios if times < LEAST_OF_SOFTWARE]
    return missed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("what", nargs="?", choices=["raw", "all"], default="all")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--min-time", type=float, default=0.05,
                        help="seconds for each benchmark in each repetition")
    parser.add_argument("--filter", default="",
                        help="only groups that contain this text, e.g. threads:2")
    parser.add_argument("--json", help="write all measurements to this file")
    parser.add_argument("--html", help="write a page of plots to this file")
    parser.add_argument("--strict", action="store_true",
                        help="end with 1 if a target is missed")
    options = parser.parse_args()

    present = harness.present(options.build, SIDES)
    if not any(s.name == OURS for s in present):
        print(f"compare.py: {options.build}/bin/bench-micro-stm is missing: the "
              "build has no plugin, or no Google Benchmark", file=sys.stderr)
    if not present:
        return 1
    groups = RAW_GROUPS + (CONTAINER_GROUPS if options.what == "all" else [])
    groups = [g for g in groups if options.filter in g]
    samples = measure(
        options.build, present, groups, options.repetitions, options.min_time
    )
    values = medians(samples)
    if options.json:
        harness.write_json(options.json, samples)

    head = (f"{os.cpu_count()} processors; medians of {options.repetitions}, the "
            f"sides taking turns; typical spread ±{harness.spread(samples) * 100:.0f} %")
    print(head)
    harness.print_build_type(options.build)
    print("vs: how many times as fast ours is as the other; above 1, ours is "
          "faster.")
    print("libitm sw: ITM_DEFAULT_METHOD=ml_wt; libitm: what it chooses itself.\n")
    names = [s.name for s in SIDES]
    raw, containers = split(values)
    if raw:
        print_raw(raw, names)
    if containers:
        print_containers(containers, names)
    if options.html:
        plots.write_page(options.html, "raw costs and containers", head,
                         "Dashed lines: targets.",
                         plots_of(samples, options.repetitions, names))
    missed = missed_targets(raw, containers)
    harness.print_verdict(missed)
    return 1 if missed and options.strict else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # compare.py … | head
    sys.exit(main())
