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
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

# Name, program, environment.
SIDES = [
    ("ours, snapshot", "bench-snapshots-snapshot", {}),
    ("ours, atomic", "bench-snapshots-atomic", {}),
    ("mutex", "bench-snapshots-mutex", {}),
    ("libitm sw", "bench-snapshots-libitm", {"ITM_DEFAULT_METHOD": "ml_wt"}),
]
OURS = SIDES[0]
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
# Of bench-cost: what, label, transactions in each part.
COSTS = [
    ("write1", "a write", 200000),
    ("write10", "10 writes", 100000),
    ("write100", "100 writes", 20000),
    ("transfer", "a transfer", 100000),
    ("tree", "tree, 100 % updates", 10000),
]
PARTS = ["scan", "tree", "hot", "memory", "cost", "pauses"]
BYTES_PER_STRIPE = 32

# What we want to reach (bench/README.md).
LEAST_SHARE, LEAST_PRODUCT = 35, 0.25
WORST_SCAN_MS, MOST_VERSIONS_MB = 50, 32
MOST_GROWTH, MOST_COST = 10, 3


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
        samples = {s[0]: [] for s in self.sides}
        for _ in range(self.rounds):
            for side in self.sides:
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


def share(reader_or_updater):
    alone, beside = f"{reader_or_updater} alone", reader_or_updater
    return lambda sample: sample[beside] / sample[alone]


def product(sample):
    return share("scans")(sample) * share("updates")(sample)


def race(bench, title, arguments):
    samples = bench.turns([*arguments, bench.options.seconds])
    ours = samples.get(OURS[0])
    rows = []
    for name, _, _ in SIDES:
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
        scans, updates = (100 * median(ours, share(k)) for k in ("scans", "updates"))
        bench.expect(f"{title}: shares {scans:.0f} and {updates:.0f} %, target "
                     f"{LEAST_SHARE}", min(scans, updates) >= LEAST_SHARE)
        both = median(ours, product)
        bench.expect(f"{title}: product {both:.2f}, target {LEAST_PRODUCT}",
                     both >= LEAST_PRODUCT)


def hot(bench):
    samples = bench.turns(["hot", 2 * bench.options.seconds])
    rows = []
    for name, _, _ in SIDES:
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
    ours = samples.get(OURS[0])
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
                         f"{s['seconds']:.1f}", megabytes(low), megabytes(high),
                         f"±{flat:.1f} %", megabytes(max(s["versions"])),
                         megabytes(s["versions then"]), bound])
            bench.expect(f"memory, {label}, {updaters}: ±{flat:.0f} %, target "
                         f"{MOST_GROWTH}", flat <= MOST_GROWTH)
    table(f"Memory over {bench.options.commits} transfers between 131072 words, "
          "at each tenth of them: MB",
          ["", "s", "resident min", "max", "flat", "versions max", "at the end",
           "stripes' bytes"], rows)


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
            result = bench.run([bench.path("bench-cost"), what, str(times), "10"],
                               {"LD_LIBRARY_PATH": path})
            samples[name].append(float(result.stdout))
    ns = {name: statistics.median(v) for name, v in samples.items()}
    percent = 100 * (ns["with"] / ns["without"] - 1)
    row = [label, f"{ns['with']:.1f}", f"{ns['without']:.1f}", f"{percent:+.1f} %",
           f"{100 * (ns['again'] / ns['with'] - 1):+.1f} %"]
    if bench.options.instructions:
        count = {name: instructions(bench, paths[name], what, max(times // 20, 500))
                 for name in ("with", "without")}
        more = 100 * (count["with"] / count["without"] - 1)
        row += [f"{count['with']:.1f}", f"{count['without']:.1f}", f"{more:+.1f} %"]
    else:
        row += ["-"] * 3
    bench.expect(f"{label}: {percent:.1f} % for versions, target {MOST_COST}",
                 percent <= MOST_COST)
    return row


def instructions(bench, path, what, times):
    """Of a transaction: of three parts without those of one."""
    counts = []
    for parts in (1, 3):
        result = bench.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
             bench.path("bench-cost"), what, str(times), str(parts)],
            {"LD_LIBRARY_PATH": path})
        counts.append(int(re.search(r"Collected : (\d+)", result.stderr).group(1)))
    return (counts[1] - counts[0]) / (2 * times)


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
        print(f"compare.py: {bench.path(OURS[1])} is missing: the build has no "
              "plugin", file=sys.stderr)
        return 1
    if options.instructions and not shutil.which("valgrind"):
        parser.error("--instructions needs valgrind")

    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; medians of "
          f"{options.repetitions}, the sides taking turns.")
    print("share: beside the other thread, of what it is alone; vs: how many times "
          "as many\nours has beside the other thread.\n")
    for title, arguments in RACES:
        if arguments[0] in parts:
            race(bench, title, arguments)
    for part, measure in (("hot", hot), ("memory", memory), ("cost", cost),
                          ("pauses", pauses)):
        if part in parts:
            measure(bench)
    print("Targets missed:" if bench.missed else "All targets met.")
    for line in bench.missed:
        print(f"  {line}")
    return 1 if bench.missed and options.strict else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # compare.py … | head
    sys.exit(main())
