# ===- bench/harness.py - runs sides by turns, prints tables -------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===-----------------------------------------------------------------------===#
"""What all comparisons have in common. Only Python's standard library."""

import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from typing import NamedTuple


class Side(NamedTuple):
    name: str
    program: str  # In the build's folder bin.
    environment: dict = {}


def note_progress(text):
    """In one line that the next one overwrites; only where somebody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text[-75:]}", end="", file=sys.stderr)


def fail(text):
    note_progress("")
    sys.exit(f"{os.path.basename(sys.argv[0])}: {text}")


# What is measured are barriers, on one thread too, and no report.
QUIET = "report=none:single_thread=barriers"


def run(command, extra=None, report=QUIET):
    """Runs a program that must succeed, with the options that the caller or the
    user wants."""
    environment = {"STM_OPTIONS": report, **os.environ, **(extra or {})}
    if report != QUIET:
        environment["STM_OPTIONS"] = report
    if "ITM_DEFAULT_METHOD" not in (extra or {}):
        environment.pop("ITM_DEFAULT_METHOD", None)
    command = [str(c) for c in command]
    note_progress(" ".join(command))
    result = subprocess.run(command, env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)
    note_progress("")
    if result.returncode:
        fail(f"{' '.join(command)} ended with {result.returncode}:\n"
             f"{result.stderr}")
    return result


def path_of(build, program):
    return os.path.join(build, "bin", program)


def present(build, sides):
    return [s for s in sides if os.access(path_of(build, s.program), os.X_OK)]


def turns(sides, rounds, measure):
    """{side's name: [what measure(side) gave in each round]}, the sides taking
    turns: A B C A B C ..."""
    samples = {s.name: [] for s in sides}
    for _ in range(rounds):
        for side in sides:
            samples[side.name].append(measure(side))
    return samples


def median(samples, key):
    return statistics.median(
        s[key] if isinstance(key, str) else key(s) for s in samples)


def spread_of(values):
    """Half the distance of the quartiles over the median; None of one value."""
    if len(values) < 2:
        return None
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / 2 / middle if middle else None


def spread(samples):
    """That in the middle of all measurements of {benchmark: {side: [values]}}."""
    parts = [spread_of(values) for by_side in samples.values()
             for values in by_side.values()]
    parts = [p for p in parts if p is not None]
    return statistics.median(parts) if parts else 0.0


def geometric_mean(values):
    return statistics.geometric_mean(values) if values else None


def number(value):
    if value is None:
        return "n/a"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def ratio(one, other):
    return f"{one / other:.2f}x" if one and other else "n/a"


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


def build_type(build):
    """As CMake has it in its cache; empty if that can't be read."""
    try:
        with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
            match = re.search(r"^CMAKE_BUILD_TYPE:\w+=(.*)$", file.read(), re.M)
            return match.group(1) if match else ""
    except OSError:
        return ""


def print_build_type(build):
    kind = build_type(build)
    if kind not in ("Release", "RelWithDebInfo"):
        print(f"Build type {kind or 'unknown'}: the runtime's assertions cost "
              "time; Release is what counts.")


def write_json(path, what):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(what, file, indent=1)


def print_verdict(missed):
    print("Targets missed:" if missed else "All targets met.")
    for line in missed:
        print(f"  {line}")


@contextlib.contextmanager
def stripped(files):
    """A folder with copies without debug information, which is too new for some
    valgrinds."""
    with tempfile.TemporaryDirectory() as folder:
        for file in files:
            run(["strip", "--strip-debug", "-o",
                 os.path.join(folder, os.path.basename(file)), file])
        yield folder


def has_valgrind():
    return shutil.which("valgrind") is not None


def count_instructions(command, extra, within=None):
    """Of all of a program, or of what it does in the functions that match."""
    only = [f"--toggle-collect={within}"] if within else []
    result = run(["valgrind", "--tool=callgrind", *only,
                  "--callgrind-out-file=/dev/null", *command], extra)
    return int(re.search(r"Collected : (\d+)", result.stderr).group(1))


def instructions_of_cost(program, libraries, what, times):
    """Of one of bench-cost's transactions, with the libstm.so in that folder: of
    three parts without those of one."""
    with stripped([os.path.join(libraries, "libstm.so"), program]) as folder:
        one, three = (
            count_instructions(
                [os.path.join(folder, os.path.basename(program)), what, times, parts],
                {"LD_LIBRARY_PATH": folder})
            for parts in (1, 3))
    return (three - one) / (2 * times)


def instructions_of_application(program, libraries, name, scale):
    """Of its threads' work, with one thread and the libstm.so in that folder."""
    with stripped([os.path.join(libraries, "libstm.so"), program]) as folder:
        return count_instructions(
            [os.path.join(folder, os.path.basename(program)), name, 1, scale],
            {"LD_LIBRARY_PATH": folder}, within="*runAll*")
