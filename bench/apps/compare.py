#!/usr/bin/env python3
# ===- apps/compare.py - the applications on all sides ---------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Runs the applications on every side, the sides taking turns (A B C A B C ...),
and prints times as multiples of the plain program's with one thread. Each run
checks its own result; what must be the same on all sides is compared. Only
Python's standard library."""

import argparse
import fnmatch
import json
import os
import signal
import statistics
import sys

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import harness  # noqa: E402
import plots  # noqa: E402
from harness import Side, number, ratio, table  # noqa: E402

SIDES = [
    Side("plain", "bench-apps-plain"),
    Side("mutex", "bench-apps-mutex"),
    Side("ours", "bench-apps-stm", {"STM_OPTIONS": "report=none"}),
    Side("barriers", "bench-apps-stm"),
    Side("waiting", "bench-apps-stm",
         {"STM_OPTIONS": "report=none:quiesce=always"}),
    Side("libitm sw", "bench-apps-libitm", {"ITM_DEFAULT_METHOD": "ml_wt"}),
    Side("libitm", "bench-apps-libitm"),
]
PLAIN, OURS, SOFTWARE = "plain", "ours", "libitm sw"
# Ours once more, with barriers where there is one thread only, too.
BARRIERS = "barriers"
# And with blocks that wait for older attempts themselves, all of them.
WAITING = "waiting"
VARIANTS = (OURS, BARRIERS, WAITING)
ONE_THREAD_ONLY = (PLAIN, BARRIERS)
SEVERAL_ONLY = (WAITING,)

# What we want to reach (bench/apps/README.md).
MOST_OF_SOFTWARE = 1 / 3  # Of its overhead.
LEAST_AT_EIGHT = 0.9      # Of the throughput of two threads, containers.
MOST_TAIL = 100           # The longest of the opposing pairs, of the median.


class Figures:
    """All measurements: {(program, threads): {side: [result of each round]}}."""

    def __init__(self):
        self.samples = {}

    def add(self, program, threads, side, result):
        by_side = self.samples.setdefault((program, threads), {})
        by_side.setdefault(side, []).append(result)
        first = next(iter(by_side.values()))[0]
        # Any side and any number of threads comes to the same result.
        for (other, _), others in self.samples.items():
            if other == program:
                first = next(iter(others.values()))[0]
                break
        if result["result"] != first["result"]:
            harness.fail(f"{program}, {threads} threads, {side}: result "
                         f"{result['result']} instead of {first['result']}")

    def seconds(self, program, threads, side, of=statistics.median):
        rounds = self.samples.get((program, threads), {}).get(side)
        if not rounds:
            return None
        # One thread: its processor time is what others can't disturb.
        key = "processor" if threads == 1 else "seconds"
        return of([r[key] for r in rounds])

    def relative(self, program, threads, side, of=statistics.median):
        """Time as a multiple of the plain program's with one thread."""
        mine = self.seconds(program, threads, side, of)
        plain = self.seconds(program, 1, PLAIN)
        return mine / plain if mine and plain else None

    def times(self):
        """{(program, threads): {side: [seconds]}}."""
        return {
            key: {s: [r["processor" if key[1] == 1 else "seconds"] for r in rounds]
                  for s, rounds in by_side.items()}
            for key, by_side in self.samples.items()
        }


def names_of(build, side):
    """The programs of a side, groups together."""
    lines = harness.run([harness.path_of(build, side.program)]).stdout.splitlines()
    pairs = [line.split(": ", 1) for line in reversed(lines)]
    order = {}
    for name, _ in pairs:
        order.setdefault(name.split("/")[0], len(order))
    return dict(sorted(pairs, key=lambda p: order[p[0].split("/")[0]]))


def measure(options, sides, programs, figures):
    has = {s.name: names_of(options.build, s) for s in sides}
    for number_of_round in range(options.rounds):
        for program in programs:
            for threads in options.threads:
                for side in sides:
                    if program not in has[side.name]:
                        continue
                    if side.name in (SEVERAL_ONLY if threads == 1
                                     else ONE_THREAD_ONLY):
                        continue
                    result = harness.run(
                        [harness.path_of(options.build, side.program), program,
                         threads, options.scale, options.seed], side.environment)
                    figures.add(program, threads, side.name,
                                json.loads(result.stdout))
        note = f"round {number_of_round + 1} of {options.rounds}"
        print(note, file=sys.stderr)


def cell(figures, program, threads, side):
    value = figures.relative(program, threads, side)
    if value is None:
        return "n/a"
    spread = harness.spread_of(figures.times()[program, threads][side])
    return f"{value:.2f}" + ("" if spread is None else f" ±{100 * spread:.0f}%")


def print_times(options, figures, programs, sides):
    rows = []
    for program in programs:
        plain = figures.seconds(program, 1, PLAIN)
        for threads in options.threads:
            ours = figures.seconds(program, threads, OURS)
            rows.append(
                [f"{program}, {threads}",
                 f"{1000 * plain:.0f}" if plain and threads == 1 else ""]
                + [cell(figures, program, threads, s) for s in sides if s != PLAIN]
                + [ratio(figures.seconds(program, threads, s), ours)
                   for s in sides if s not in (PLAIN, OURS, BARRIERS)])
    others = [s for s in sides if s not in (PLAIN, OURS, BARRIERS)]
    table("Time, as a multiple of the plain program's with one thread (ms of it "
          "first); how many times as fast ours is as the others",
          ["program, threads", "plain ms", *(s for s in sides if s != PLAIN),
           *(f"vs {s}" for s in others)], rows)


def print_means(options, figures, programs, sides):
    groups = {"containers": [p for p in programs if p.startswith("containers/")],
              "others": [p for p in programs if not p.startswith("containers/")]}
    rows = []
    for group, members in groups.items():
        for threads in options.threads:
            row = [f"{group}, {threads}"]
            for side in sides:
                if side == PLAIN:
                    continue
                # Only what all sides have, or the means couldn't be compared.
                of = [side, *(s for s in sides
                              if s not in (*ONE_THREAD_ONLY, *SEVERAL_ONLY))]
                values = [
                    figures.relative(p, threads, side) for p in members
                    if all(figures.relative(p, threads, s) for s in of)]
                row.append(f"{harness.geometric_mean(values):.2f}" if values
                           else "n/a")
            rows.append(row)
    table("Geometric means of these, where every side has the program",
          ["", *(s for s in sides if s != PLAIN)], rows)


def print_tails(figures, sides):
    rows = []
    for (program, threads), by_side in figures.samples.items():
        for side in sides:
            rounds = by_side.get(side)
            if not rounds or "p99.9" not in rounds[0] or threads == 1:
                continue
            rows.append([f"{program}, {threads}, {side}"]
                        + [f"{harness.median(rounds, k) / 1000:.1f}"
                           for k in ("p50", "p99.9", "max")]
                        + [f"{max(r['max'] for r in rounds) / 1000:.0f}"])
    if rows:
        table("How long one transaction takes: us",
              ["", "p50", "p99.9", "max", "max of all rounds"], rows)


def plot_of(options, figures, program, what, sides):
    """Higher is faster: the plain program's time with one thread, of each one's."""
    groups = {}
    for threads in options.threads:
        label = f"{threads} thread{'s' if threads > 1 else ''}"
        groups[label] = []
        for side in sides:
            # The slowest round is the one that took longest.
            times = [figures.relative(program, threads, side, of)
                     for of in (statistics.median, max, min)]
            if all(times) and (side != PLAIN or threads == 1):
                groups[label].append(plots.Bar(side, *(1 / t for t in times),
                                               f"{side}, {threads}"))
    return plots.Plot(program, what, groups, 1)


def overheads(options, figures, programs):
    """{how: (programs compared, those with more than a third of the overhead of
    libitm's software method)}."""
    # What a process's only thread gets is without barriers, so it says nothing of
    # what these cost: both are checked.
    cases = []
    for threads in options.threads:
        if threads == 1:
            cases.append(("a lone thread, without barriers", OURS, threads))
            cases.append(("one thread, with barriers", BARRIERS, threads))
        else:
            cases.append((f"{threads} threads, with barriers", OURS, threads))
    found = {}
    for how, side, threads in cases:
        compared, missed = 0, []
        for program in programs:
            if program.startswith("containers/"):
                continue
            mine = figures.relative(program, threads, side)
            theirs = figures.relative(program, threads, SOFTWARE)
            if not mine or not theirs:
                continue
            compared += 1
            if mine - 1 > max(0, (theirs - 1) * MOST_OF_SOFTWARE):
                missed.append(f"{program}, {how}: overhead {mine - 1:.2f}, libitm's "
                              f"software method {theirs - 1:.2f}, target a third")
        if compared:
            found[how] = compared, missed
    return found


def print_overheads(options, figures, programs):
    found = overheads(options, figures, programs)
    if found:
        table("At most a third of the overhead of libitm's software method: "
              "applications without containers",
              ["", "compared", "missed by"],
              [[how, compared, len(missed)]
               for how, (compared, missed) in found.items()])


def missed_targets(options, figures, programs):
    missed = [line for _, lines in overheads(options, figures, programs).values()
              for line in lines]
    for program in programs:
        two = figures.seconds(program, 2, OURS)
        eight = figures.seconds(program, 8, OURS)
        if program.startswith("containers/") and two and eight:
            if two / eight < LEAST_AT_EIGHT:
                missed.append(f"{program}: {100 * two / eight:.0f} % of two threads' "
                              f"throughput with eight, target "
                              f"{100 * LEAST_AT_EIGHT:.0f}")
        rounds = figures.samples.get((program, 8), {}).get(OURS)
        if rounds and "max" in rounds[0]:
            tail = harness.median(rounds, lambda r: r["max"] / r["p50"])
            if tail > MOST_TAIL:
                missed.append(f"{program}: the longest takes {tail:.0f} times the "
                              f"median, target {MOST_TAIL}")
    return missed


def print_instructions(options, sides, programs):
    """One thread, setting up and checking not counted."""
    rows = []
    for program in programs:
        counts = {}
        for side in sides:
            if (side.name in SEVERAL_ONLY
                    or program not in names_of(options.build, side)):
                continue
            files = [harness.path_of(options.build, side.program)]
            library = os.path.join(options.build, "lib", "libstm.so")
            if side.name in VARIANTS:
                files.append(library)
            with harness.stripped(files) as folder:
                counts[side.name] = harness.count_instructions(
                    [os.path.join(folder, side.program), program, 1,
                     options.instructions_scale, options.seed],
                    {**side.environment, "LD_LIBRARY_PATH": folder},
                    within="*runAll*")
        plain = counts.get(PLAIN)
        rows.append([program, number(plain / 1e6) if plain else "n/a"]
                    + [f"{counts[s.name] / plain:.2f}"
                       if plain and s.name in counts else "n/a"
                       for s in sides if s.name != PLAIN])
    table(f"Instructions, one thread, scale {options.instructions_scale:g}: as a "
          "multiple of the plain program's (millions first)",
          ["", "plain", *(s.name for s in sides if s.name != PLAIN)], rows)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--only", action="append", metavar="PATTERN",
                        help="only these programs, such as 'containers/*'; may be "
                        "given several times")
    parser.add_argument("--sides", help="only these, separated by commas")
    parser.add_argument("--threads", default="1,2,8")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1,
                        help="of the input; 1 is some tenths of a second a run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--instructions", action="store_true",
                        help="count instructions instead (needs valgrind)")
    parser.add_argument("--instructions-scale", type=float, default=0.02)
    parser.add_argument("--json", help="write all measurements to this file")
    parser.add_argument("--html", help="write a page of plots to this file")
    parser.add_argument("--strict", action="store_true",
                        help="end with 1 if a target is missed")
    options = parser.parse_args()
    options.threads = [int(n) for n in options.threads.split(",")]
    if options.instructions and not harness.has_valgrind():
        parser.error("--instructions needs valgrind")
    return options


def main():
    options = parse()
    sides = harness.present(options.build, SIDES)
    if options.sides:
        sides = [s for s in sides if s.name in options.sides.split(",")]
    if not sides:
        harness.fail(f"none of the programs is in {options.build}/bin: build target "
                     "bench-apps")
    programs = {}
    for side in sides:
        for name, what in names_of(options.build, side).items():
            programs.setdefault(name, what)
    if options.only:
        programs = {name: what for name, what in programs.items()
                    if any(fnmatch.fnmatch(name, p) for p in options.only)}
    if not programs:
        harness.fail("no program matches")
    if options.instructions:
        print_instructions(options, sides, programs)
        return 0

    figures = Figures()
    load = os.getloadavg()[0]
    measure(options, sides, programs, figures)
    names = [s.name for s in SIDES
             if not options.sides or s.name in options.sides.split(",")]
    head = (f"{os.cpu_count()} processors, load {load:.1f} at the beginning; medians "
            f"of {options.rounds} rounds, the sides taking turns; typical spread "
            f"±{100 * harness.spread(figures.times()):.0f} %")
    print(head)
    harness.print_build_type(options.build)
    print("±: half the distance of the quartiles, of the median. One thread: "
          "processor time.\nlibitm sw: ITM_DEFAULT_METHOD=ml_wt; libitm: what it "
          "chooses itself.\n")
    print_times(options, figures, programs, names)
    print_means(options, figures, programs, names)
    print_tails(figures, names)
    print_overheads(options, figures, programs)
    if options.json:
        harness.write_json(options.json, [
            {"program": p, "threads": t, "side": s, "rounds": rounds}
            for (p, t), by_side in figures.samples.items()
            for s, rounds in by_side.items()])
    if options.html:
        plots.write_page(
            options.html, "applications", head,
            "Bars: how fast, as a multiple of the plain program with one thread "
            "(dashed line). Higher is better.",
            [plot_of(options, figures, program, what, names)
             for program, what in programs.items()])
    missed = missed_targets(options, figures, programs)
    harness.print_verdict(missed)
    return 1 if missed and options.strict else 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # compare.py … | head
    sys.exit(main())
