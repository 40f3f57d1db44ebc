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
import plots  # noqa: E402
from cost import cost  # noqa: E402
from harness import (QUIET, has_valgrind, median, megabytes,  # noqa: E402
                     number, print_verdict, table, write_json)
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
MEMORY_WORDS = 131072
# Whether pauses grow with what there is: words, beside one open snapshot.
PAUSE_WORDS = [1 << 14, 1 << 17, 1 << 20, 1 << 22]

# What versions may hold (rt/gc/README.md, "Bounds"), by default: the young generation's
# budget of a thread, up to twice that, and the chunk with which it notices; of the old
# generation a word of 8 bytes and 48 more, for each word once a snapshot.
YOUNG_BUDGET, CHUNK = 8 << 20, 64 << 10
OLD_WORD = 8 + 48

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


def bar(side, value):
    return plots.Bar(side, value, value, value)


def bars(samples, key):
    return [plots.bar_of(side, [key(s) for s in rounds])
            for side, rounds in samples.items() if rounds]


def plot_race(bench, title, samples):
    for kind, unit, scale in (("scans", "a second", 1),
                              ("updates", "thousands a second", 1e-3)):
        bench.plots.append(plots.Plot(
            f"{title}: {kind}", f"{unit}; more is better",
            {label: bars(samples, lambda s, key=key, scale=scale: s[key] * scale)
             for label, key in (("alone", f"{kind} alone"),
                                ("beside the other thread", kind))}))
    bench.plots.append(plots.Plot(
        f"{title}: shares", "percent of what each does alone; more is better",
        {kind: bars(samples, lambda s, k=kind: 100 * share(k)(s))
         for kind in ("scans", "updates")}, LEAST_SHARE))


def race(bench, title, arguments):
    samples = bench.turns(arguments[0], title, [*arguments, bench.options.seconds])
    ours = samples.get(OURS.name)
    plot_race(bench, title, samples)
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
    title = "Sixteen hot words, three updaters, one scanner"
    samples = bench.turns("hot", title, ["hot", 2 * bench.options.seconds])
    bench.plots.append(plots.Plot(
        title, "the longest of a round's scans, ms; less is better",
        {"": bars(samples, lambda s: s["worst"] / 1e6)}, WORST_SCAN_MS))
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
    table(title,
          ["", "k scans/s", "k updates/s", "p99 us", "p99.99 us", "worst ms",
           "of all rounds", "longest chain", "versions MB", "pause ms"], rows)
    ours = samples.get(OURS.name)
    if ours:
        # Of all rounds: one that takes too long isn't made good by others.
        worst = max(s["worst"] for s in ours) / 1e6
        bench.expect(f"hot words: worst scan {worst:.0f} ms, target "
                     f"{WORST_SCAN_MS}", worst <= WORST_SCAN_MS)
        most = max(s["version bytes peak"] for s in ours) / (1 << 20)
        bench.expect(f"hot words: versions {most:.0f} MB, target "
                     f"{MOST_VERSIONS_MB}", most <= MOST_VERSIONS_MB)


# A snapshot that stays open until the updates are done would wait for one that runs
# alone since it was rolled back too often, and that one for the snapshot.
NEVER_ALONE = ":inevitable_after=1000000000"


def version_bound(words, updaters):
    """Bytes of versions, beside one snapshot, however long it takes."""
    return updaters * (2 * (YOUNG_BUDGET + CHUNK) + CHUNK) + words * OLD_WORD


def memory(bench):
    rows, groups = [], {}
    for mode, label in MODES:
        for updaters in (1, 2):
            s, _ = bench.side(OURS, ["memory", bench.options.commits, mode,
                                     updaters], QUIET + NEVER_ALONE)
            resident = s["resident"]
            low, high = min(resident), max(resident)
            flat = 100 * (high - low) / (high + low)
            bench.note("memory", f"{label}, {updaters}", {OURS.name: [s]})
            most = max(*s["versions"], s["version bytes peak"])
            bound = version_bound(s["words"], updaters) if mode != "none" else 0
            rows.append([f"{label}, {updaters} updater{'s'[:updaters > 1]}",
                         f"{s['seconds']:.1f}",
                         f"{s['collecting'] / s['seconds'] / 1e7:.0f} %",
                         megabytes(low), megabytes(high),
                         f"±{flat:.1f} %", megabytes(most),
                         megabytes(bound) if bound else "-",
                         megabytes(s["versions then"])])
            bench.expect(f"memory, {label}, {updaters}: ±{flat:.0f} %, target "
                         f"{MOST_GROWTH}", flat <= MOST_GROWTH)
            if bound:
                bench.expect(f"memory, {label}, {updaters}: versions "
                             f"{megabytes(most)} MB, bound {megabytes(bound)}",
                             most <= bound)
            groups[f"{label}, {updaters}"] = [
                bar("resident", high / (1 << 20)),
                bar("versions max", most / (1 << 20)),
                *([bar("bound", bound / (1 << 20))] if bound else [])]
    title = f"Memory over {bench.options.commits} transfers between {MEMORY_WORDS} words"
    table(f"{title}, after a tenth as many more: MB, at each tenth of them",
          ["", "s", "collecting", "resident min", "max", "flat", "versions max",
           "bound", "at the end"], rows)
    for name, of_group in groups.items():
        bench.plots.append(plots.Plot(f"Memory: {name}", "MB; less is better",
                                      {"": of_group}))


DURATION = r"([\d.]+) (s|ms|us|ns)"
NANOSECONDS = {"s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1}


def nanoseconds(value, unit):
    return float(value) * NANOSECONDS[unit]


def quantile(histogram, part):
    """The end of the class in which it is, ns."""
    seen, all_of_them = 0, sum(times for _, times in histogram)
    for end, times in histogram:
        seen += times
        if seen >= part * all_of_them:
            return end
    return 0


def pauses_of(bench, title, arguments):
    """p50, p99 and longest, ns, and how many: as the full report has them, in
    classes of powers of two. None: there was none."""
    result, report = bench.side(OURS, arguments, "report=full" + NEVER_ALONE)
    found = re.search(rf"pauses for collections: \d+, the longest {DURATION}\n"
                      r"((?:.*less than.*\n)*)", report)
    most = nanoseconds(found[1], found[2]) if found else 0
    histogram = [(nanoseconds(value, unit), int(times)) for value, unit, times in
                 re.findall(rf"less than {DURATION}: (\d+)", found[3] if found else "")]
    bench.note("pauses", title, {OURS.name: [
        {**result, "histogram of pauses": histogram, "longest pause": most}]})
    if not histogram:
        return None
    # The end of a class may lie beyond what has been.
    return (*(min(quantile(histogram, part), most) for part in (0.5, 0.99)), most,
            sum(times for _, times in histogram))


def pauses(bench):
    commits = bench.options.commits // 5
    cases = [(title, [*arguments, bench.options.seconds])
             for title, arguments in RACES]
    # The most that is known to be asked of collections.
    cases.append((f"{MEMORY_WORDS} words, one open snapshot, two updaters",
                  ["memory", commits, "open", 2]))
    cases += [(f"{words} words, one open snapshot, one updater",
               ["memory", commits, "open", 1, words]) for words in PAUSE_WORDS]
    rows, groups = [], {}
    for title, arguments in cases:
        found = pauses_of(bench, title, arguments)
        rows.append([title, *((found[3], *(f"{ns / 1e3:.1f}" for ns in found[:3]))
                              if found else ["-"] * 4)])
        if found and arguments[0] == "memory":
            key = f"{arguments[4]} words" if len(arguments) > 4 else "two updaters"
            groups[key] = [bar(name, ns / 1e3)
                           for name, ns in zip(("p50", "p99"), found)]
            groups[key].append(bar("longest", found[2] / 1e3))
    table("Pauses for collections, as the report has them (p50 and p99 up to twice "
          "as long as\nthey were): us", ["", "pauses", "p50", "p99", "longest"], rows)
    for name, of_group in groups.items():
        bench.plots.append(plots.Plot(f"Pauses beside one open snapshot: {name}",
                                      "us; less is better", {"": of_group}))


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
    parser.add_argument("--json", help="write all measurements to this file")
    parser.add_argument("--html", help="write a page of plots to this file")
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

    head = (f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; medians of "
            f"{options.repetitions}, the sides taking turns")
    print(f"{head}.")
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
    if options.json:
        write_json(options.json, bench.measured)
    if options.html:
        plots.write_page(options.html, "snapshots", head,
                         "Dashed lines: targets.", bench.plots)
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
