#!/usr/bin/env python3
# ===- snapshots/compare.py - snapshots beside updates, as ratios ----------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Measures snapshot transactions and the collection of versions, the sides taking
turns, and prints medians and ratios. Only Python's standard library."""

import argparse
import math
import os
import re
import signal
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from cost import cost  # noqa: E402
from harness import (has_valgrind, median, megabytes, number,  # noqa: E402
                     print_verdict, table)
from sides import OURS, SIDES, Bench  # noqa: E402

RACES = [
    ("Sum of 131072 words; transfers between two of them", ["scan", "131072"]),
    ("Sum of 1048576 words; transfers between two of them", ["scan", "1048576"]),
    ("Walk over a red-black tree of 100000; inserting one and erasing another",
     ["tree", "100000"]),
]
MODES = [
    ("none", "no snapshot"),
    ("short", "short snapshots without a pause"),
    ("open", "one snapshot during all of it"),
]
PARTS = ["scan", "tree", "hot", "memory", "cost", "pauses"]
BYTES_PER_STRIPE = 32

# What we want to reach (bench/snapshots/README.md).
LEAST_SHARE, LEAST_PRODUCT = 35, 0.25
WORST_SCAN_MS, MOST_VERSIONS_MB = 50, 32
MOST_GROWTH = 10


def share(reader_or_updater):
    alone, beside = f"{reader_or_updater} alone", reader_or_updater
    return lambda sample: sample[beside] / (sample[alone] or math.inf)


def product(sample):
    return share("scans")(sample) * share("updates")(sample)


def shares(samples):
    return (*(100 * median(samples, share(k)) for k in ("scans", "updates")),
            median(samples, product))


def race(bench, title, arguments):
    samples = bench.turns([*arguments, bench.options.seconds])
    ours = samples.get(OURS.name)
    rows = []
    for name in (s.name for s in SIDES):
        mine = samples.get(name)
        if not mine:
            rows.append([name] + ["n/a"] * 12)
            continue
        row = [name]
        for kind, scale in (("scans", 1), ("updates", 1e-3)):
            row += [number(median(mine, f"{kind} alone") * scale),
                    number(median(mine, kind) * scale),
                    f"{100 * median(mine, share(kind)):.0f} %"]
        row.append(f"{median(mine, product):.2f}")
        for kind in ("scans", "updates"):
            theirs = median(mine, kind)
            row.append(f"{median(ours, kind) / theirs:.2f}x"
                       if ours and theirs else "-")
        if "aborts" in mine[0]:
            row += [max(s["snapshot aborts"] for s in mine),
                    megabytes(max(s["version bytes peak"] for s in mine)),
                    f"{max(s['longest pause'] for s in mine) / 1e6:.1f}"]
        else:
            row += ["-"] * 3
        rows.append(row)
    table(title, ["", "scans/s alone", "beside", "share", "k updates/s alone",
                  "beside", "share", "product", "scans vs", "updates vs",
                  "aborts", "versions MB", "pause ms"], rows)
    if ours:
        scans, updates, both = shares(ours)
        beyond = ["", ""]
        if bare := samples.get("unprotected"):
            of_scans, of_updates, of_both = shares(bare)
            # Of both, if both are missed.
            if all(theirs < LEAST_SHARE for mine, theirs in
                   ((scans, of_scans), (updates, of_updates)) if mine < LEAST_SHARE):
                beyond[0] = f"unprotected: {of_scans:.0f} and {of_updates:.0f} %"
            if of_both < LEAST_PRODUCT:
                beyond[1] = f"unprotected: {of_both:.2f}"
        bench.expect(f"{title}: shares {scans:.0f} and {updates:.0f} %, target "
                     f"{LEAST_SHARE}", min(scans, updates) >= LEAST_SHARE,
                     beyond[0])
        bench.expect(f"{title}: product {both:.2f}, target {LEAST_PRODUCT}",
                     both >= LEAST_PRODUCT, beyond[1])


def hot(bench):
    samples = bench.turns(["hot", 2 * bench.options.seconds])
    rows = []
    for name in (s.name for s in SIDES):
        mine = samples.get(name)
        if not mine:
            rows.append([name] + ["n/a"] * 9)
            continue
        row = [name, number(median(mine, "scans") / 1e3),
               number(median(mine, "updates") / 1e3),
               f"{median(mine, 'p99') / 1e3:.2f}",
               f"{median(mine, 'p99.99') / 1e3:.1f}",
               f"{median(mine, 'worst') / 1e6:.1f}",
               f"{max(s['worst'] for s in mine) / 1e6:.1f}"]
        row += [max(s["longest chain"] for s in mine),
                megabytes(max(s["version bytes peak"] for s in mine)),
                f"{max(s['longest pause'] for s in mine) / 1e6:.1f}",
                ] if "aborts" in mine[0] else ["-"] * 3
        rows.append(row)
    table("Sixteen hot words, three updaters, one scanner",
          ["", "k scans/s", "k updates/s", "p99 us", "p99.99 us", "worst ms",
           "of all rounds", "longest chain", "versions MB", "pause ms"], rows)
    ours = samples.get(OURS.name)
    if ours:
        worst = median(ours, "worst") / 1e6
        bench.expect(f"hot words: worst scan {worst:.0f} ms, target "
                     f"{WORST_SCAN_MS}", worst <= WORST_SCAN_MS)
        most = max(s["version bytes peak"] for s in ours) / (1 << 20)
        bench.expect(f"hot words: versions {most:.0f} MB, target "
                     f"{MOST_VERSIONS_MB}", most <= MOST_VERSIONS_MB)


def memory(bench):
    rows = []
    for mode, label in MODES:
        for updaters in (1, 2):
            s, _ = bench.side(OURS, ["memory", bench.options.commits, mode,
                                     updaters])
            resident = s["resident"]
            low, high = min(resident), max(resident)
            flat = 100 * (high - low) / (high + low)
            bound = "-"
            if mode != "none":
                # One snapshot at a time.
                bound = megabytes(s["stripes"] * BYTES_PER_STRIPE)
            rows.append([f"{label}, {updaters} updater{'s'[:updaters > 1]}",
                         f"{s['seconds']:.1f}",
                         f"{s['collecting'] / s['seconds'] / 1e7:.0f} %",
                         megabytes(low), megabytes(high),
                         f"±{flat:.1f} %", megabytes(max(s["versions"])),
                         megabytes(s["versions then"]), bound])
            bench.expect(f"memory, {label}, {updaters}: ±{flat:.0f} %, target "
                         f"{MOST_GROWTH}", flat <= MOST_GROWTH)
    table(f"Memory over {bench.options.commits} transfers between 131072 words, "
          "after a tenth as many more: MB, at each tenth of them",
          ["", "s", "collecting", "resident min", "max", "flat", "versions max", "at the end",
           "stripes' bytes"], rows)


def pauses(bench):
    print("Pauses for collections, as the report has them")
    for title, arguments in RACES:
        _, report = bench.side(OURS, [*arguments, bench.options.seconds],
                               "report=full")
        found = re.search(r"pauses for collections:.*\n(?:.*less than.*\n)*",
                          report)
        print(f"{title}:")
        lines = found.group(0).splitlines() if found else ["none"]
        for line in lines:
            print("  " + re.sub(r"^.*?(pauses for|  less)", r"\1", line))
    print()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.3,
                        help="of each thread alone; together twice that")
    parser.add_argument("--commits", type=int, default=10_000_000,
                        help="in each of the memory's measurements")
    parser.add_argument("--only", action="append", choices=PARTS,
                        help="only this part; may be given several times")
    parser.add_argument("--instructions", action="store_true",
                        help="count instructions as well (needs valgrind)")
    parser.add_argument("--strict", action="store_true",
                        help="end with 1 if a target is missed")
    options = parser.parse_args()
    parts = options.only or PARTS
    bench = Bench(options)
    if OURS not in bench.sides:
        print(f"compare.py: {bench.path(OURS.program)} is missing: the build has no "
              "plugin", file=sys.stderr)
        return 1
    if options.instructions and not has_valgrind():
        parser.error("--instructions needs valgrind")

    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; medians of "
          f"{options.repetitions}, the sides taking turns.")
    print("share: beside the other thread, of what it is alone. vs: how many times "
          "as many\nours, snapshot, has beside the other thread. unprotected: no "
          "synchronization, so\nwrong sums; what the caches leave of both.\n")
    for title, arguments in RACES:
        if arguments[0] in parts:
            race(bench, title, arguments)
    for part, measure in (("hot", hot), ("memory", memory), ("cost", cost),
                          ("pauses", pauses)):
        if part in parts:
            measure(bench)
    if bench.missed or not bench.out_of_reach:
        print_verdict(bench.missed)
    if bench.out_of_reach:
        print("Out of reach as the machine's caches were then"
              + (":" if bench.missed else "; all other targets met:"))
        for line in bench.out_of_reach:
            print(f"  {line}")
    return 1 if bench.missed and options.strict else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # compare.py … | head
    sys.exit(main())
