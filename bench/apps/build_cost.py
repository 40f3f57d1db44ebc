#!/usr/bin/env python3
# ===- apps/build_cost.py - what the plugin costs when compiling -----------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""Compiles the applications with and without the plugin, by turns, and compares
processor times; then links them, and compares the sizes of transactional versions
with those of the functions they are versions of. Only Python's standard library."""

import argparse
import fnmatch
import glob
import os
import re
import resource
import statistics
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(1, os.path.dirname(HERE))
import harness  # noqa: E402
from harness import table  # noqa: E402

FLAGS = ["-std=c++20", "-O2", "-g", "-ffunction-sections"]
MOST_TIME, MOST_SIZE = 1.5, 3.0  # What we want to reach (bench/apps/README.md).


def timed(command):
    """Its processor time; the machine may be busy otherwise."""
    def spent():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime
    before = spent()
    harness.run(command)
    return spent() - before


def original_of(version, symbols):
    """pass/README.md: how a version, or a copy of it for lent memory, is named."""
    rest = re.sub(r"\.lent(\.\d+)?$", "", version[len("_ZGTt"):])
    if "_Z" + rest in symbols:
        return "_Z" + rest
    plain = re.fullmatch(r"(\d+)(\w+)", rest)
    if plain and int(plain[1]) == len(plain[2]):
        return plain[2]
    return None


def functions(executable):
    """{symbol: bytes}."""
    sizes = {}
    for line in harness.run(["nm", "-S", executable]).stdout.splitlines():
        parts = line.split()
        if len(parts) == 4 and parts[2] in "tTwW":
            sizes[parts[3]] = int(parts[1], 16)
    return sizes


def text_size(executable):
    return int(harness.run(["size", executable]).stdout.splitlines()[1].split()[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", help="the build folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compiler", default="clang++-19")
    parser.add_argument("--list", action="store_true",
                        help="list all functions that have versions")
    parser.add_argument("--only", action="append", metavar="PATTERN",
                        help="only these sources, such as 'b*.cpp'; may be given "
                        "several times")
    parser.add_argument("--json", help="write all measurements to this file")
    parser.add_argument("--strict", action="store_true",
                        help="end with 1 if a target is missed")
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    include = "-I" + os.path.join(HERE, "..", "..", "include")
    ours = harness.path_of(build, "stm-clang++")
    if not os.access(ours, os.X_OK):
        harness.fail(f"{ours} is missing: the build has no plugin")
    # The source is the same: without the plugin its blocks run one at a time.
    compilers = {"without": [options.compiler, *FLAGS, include, "-DBENCH_STM"],
                 "with": [ours, *FLAGS, "-DBENCH_STM"]}
    sources = sorted(glob.glob(os.path.join(HERE, "*.cpp")))
    sources = [s for s in sources if os.path.basename(s) != "main.cpp"]
    if options.only:
        sources = [s for s in sources if any(
            fnmatch.fnmatch(os.path.basename(s), p) for p in options.only)]
    if not sources:
        harness.fail("no source matches")

    with tempfile.TemporaryDirectory() as folder:
        def object_of(kind, source):
            return os.path.join(folder, f"{kind}-{os.path.basename(source)}.o")

        times = {}
        for _ in range(options.rounds):
            for source in sources:
                for kind, command in compilers.items():
                    times.setdefault((source, kind), []).append(timed(
                        [*command, "-c", source, "-o", object_of(kind, source)]))
        least = {key: min(values) for key, values in times.items()}
        rows = []
        for source in sources:
            without, with_it = least[source, "without"], least[source, "with"]
            rows.append([os.path.basename(source), f"{without:.2f}",
                         f"{with_it:.2f}", f"{with_it / without:.2f}x"])
        sums = [sum(least[s, kind] for s in sources) for kind in compilers]
        time = sums[1] / sums[0]
        rows.append(["all", *(f"{s:.2f}" for s in sums), f"{time:.2f}x"])
        table(f"Compiling: s of processor time, least of {options.rounds}",
              ["", "without", "with the plugin", ""], rows)

        main_object = os.path.join(folder, "main.o")
        harness.run([options.compiler, *FLAGS, include, "-DBENCH_PLAIN", "-c",
                     os.path.join(HERE, "main.cpp"), "-o", main_object])
        library = os.path.join(build, "lib")
        linked = {}
        for kind in compilers:
            linked[kind] = os.path.join(folder, kind)
            harness.run([options.compiler, "-Wl,--gc-sections", main_object,
                         *(object_of(kind, s) for s in sources), "-L" + library,
                         "-lstm", "-Wl,-rpath," + library, "-pthread", "-o",
                         linked[kind]])
        symbols = functions(linked["with"])
        of_original = {}
        for symbol, size in symbols.items():
            if symbol.startswith("_ZGTt"):
                original = original_of(symbol, symbols)
                if original:
                    of_original[original] = of_original.get(original, 0) + size
        pairs = [(name, symbols[name], size) for name, size in of_original.items()
                 if symbols[name]]
        text = [text_size(linked[kind]) for kind in ("without", "with")]

    versions = sum(s for n, s in symbols.items() if n.startswith("_ZGTt"))
    if options.list:
        table("Versions: bytes", ["", "original", "version", ""],
              [[n, o, v, f"{v / o:.2f}x"]
               for n, o, v in sorted(pairs, key=lambda p: -p[2])])
    if not pairs:
        harness.fail("no function is left together with its version")
    of_sums = sum(p[2] for p in pairs) / sum(p[1] for p in pairs)
    mean = statistics.mean(p[2] / p[1] for p in pairs)
    table("Linked, unreferenced functions dropped: bytes",
          ["", "without", "with the plugin", ""],
          [["functions and their versions, where both are left "
            f"({len(pairs)})", sum(p[1] for p in pairs),
            sum(p[2] for p in pairs), f"{of_sums:.2f}x"],
           ["the same, mean of the ratios", "", "", f"{mean:.2f}x"],
           ["all versions", "", versions, ""],
           ["text", *text, f"{text[1] / text[0]:.2f}x"]])
    if options.json:
        harness.write_json(options.json, {
            "seconds": [{"source": os.path.basename(source), "compiler": kind,
                         "rounds": values}
                        for (source, kind), values in times.items()],
            "functions": [{"symbol": name, "bytes": original, "versions": size}
                          for name, original, size in pairs],
            "all_versions": versions,
            "text": dict(zip(compilers, text))})
    missed = []
    if time > MOST_TIME:
        missed.append(f"compiling takes {time:.2f} times as long, target {MOST_TIME}")
    if of_sums > MOST_SIZE:
        missed.append(f"versions are {of_sums:.2f} times as large, target {MOST_SIZE}")
    harness.print_verdict(missed)
    return 1 if missed and options.strict else 0


if __name__ == "__main__":
    sys.exit(main())
