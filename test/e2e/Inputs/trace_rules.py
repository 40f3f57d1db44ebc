#!/usr/bin/env python3
# ===- e2e/Inputs/trace_rules.py - what Perfetto asks of a timeline ---------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# trace_rules.py FILE: fails unless the rules of the Trace Event Format hold by
# which viewers place things: slices of a thread are nested; an arrow has one begin
# and one end, of the same category and name, each inside of a slice of its thread;
# threads have names. Also where times are whole nanoseconds and events are taken in
# their order, as Perfetto does: it leaves out a slice that ends after the one it
# begins in, and an arrow's end belongs to the newest slice that no later one has
# closed. Prints how many slices and arrows there are.

import collections
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    events = json.load(file)["traceEvents"]
named, slices, arrows = set(), collections.defaultdict(list), collections.defaultdict(list)
for e in events:
    track = (e["pid"], e["tid"])
    if e["ph"] == "M":
        assert e["name"] == "thread_name" and e["args"]["name"], e
        named.add(track)
        continue
    assert e["ts"] >= 0 and e["cat"] and e["name"], e
    if e["ph"] == "X":
        # Whole picoseconds.
        begin = round(e["ts"] * 1e6)
        slices[track].append((begin, begin + round(e["dur"] * 1e6)))
    else:
        assert e["ph"] in "sf" and (e["ph"] == "s" or e["bp"] == "e"), e
        arrows[e["id"]].append(e)

for track, found in slices.items():
    assert track in named, "%s has no name" % (track,)
    open_ends = []
    for begin, end in sorted(found, key=lambda s: (s[0], -s[1])):
        while open_ends and open_ends[-1] <= begin + 1:
            open_ends.pop()
        assert not open_ends or end <= open_ends[-1] + 1, "slices overlap on %s" % (track,)
        open_ends.append(end)

for number, ends in arrows.items():
    assert sorted(e["ph"] for e in ends) == ["f", "s"], ends
    assert len({(e["cat"], e["name"]) for e in ends}) == 1, ends
    first, last = sorted(ends, key=lambda e: e["ph"], reverse=True)
    assert first["ts"] <= last["ts"], ends
    for e in ends:
        at = round(e["ts"] * 1e6)
        track = (e["pid"], e["tid"])
        assert any(b <= at < end for b, end in slices[track]), "arrow %s hangs in the air" % number

stacks, wrong = collections.defaultdict(list), []
timed = [e for e in events if e["ph"] != "M"]
for e in sorted(timed, key=lambda e: int(e["ts"] * 1000)):
    now, stack = int(e["ts"] * 1000), stacks[e["tid"]]
    if e["ph"] == "X":
        end = now + int(e["dur"] * 1000)
        while stack and stack[-1][0] <= now:
            stack.pop()
        if stack and stack[-1][0] < end:
            wrong.append(e)
        else:
            stack.append((end, e))
    elif not stack or stack[-1][0] + 1 < now:
        wrong.append(e)
    elif e["ph"] == "f":
        assert stack[-1][1]["cat"] == "abort", (e, stack[-1])
assert len(wrong) * 100 <= len(timed), wrong

print("%d slices, %d arrows" % (sum(map(len, slices.values())), len(arrows)))
