#!/usr/bin/env python3
# ===- e2e/Inputs/report.py - what tests look at of a JSON report -----------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# report.py [--schema] FILE...: prints, for FileCheck, a line for each block, conflict
# (the most expensive first) and inevitable place. Fails if a report contradicts
# itself: the times of a thread don't add up (± 2 %), or the ranking isn't one; with
# --schema also if it isn't as the schema wants it (where python3-jsonschema is).

import json
import os
import sys


def place(stack):
    for frame in stack:
        if not frame["library"]:
            return "%s:%s" % (os.path.basename(frame["file"] or "?"), frame["line"])
    return "?"


def side(name, value):
    entry = [f["function"] for f in value["stack"]]
    return '%s="%s" at %s in %s' % (name, value["block"], place(value["stack"]), entry)


def describe(thing):
    if not thing:
        return "object=?"
    text = "object=%s %s" % (thing["kind"], thing["name"])
    if thing["offset"] is not None:
        text += "+%d" % thing["offset"]
    if thing.get("function"):
        text += " of %s" % thing["function"]
    if thing["allocated_at"]:
        text += " allocated in %s" % [f["function"] for f in thing["allocated_at"]]
    return text


def about(part, whole, what):
    if abs(part - whole) > 0.02 * max(part, whole) + 1000:
        sys.exit("%s: %d instead of %d" % (what, part, whole))


def check(report):
    for thread in report["threads"]:
        about(sum(thread["time_ns"].values()), thread["wall_ns"], "a thread's time")
    whole = sum(thread["wall_ns"] for thread in report["threads"])
    about(sum(report["totals"]["time_ns"].values()), whole, "all threads' time")
    lost = [c["lost_ns"] for c in report["conflicts"] if c["kind"] not in ("cancel", "retry")]
    if lost != sorted(lost, reverse=True):
        sys.exit("not ranked: %s" % lost)


def validate(report):
    try:
        import jsonschema
    except ImportError:
        return
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 3)
    with open(os.path.join(root, "rt/report/stm-report.schema.json")) as file:
        schema = json.load(file)
    for error in jsonschema.Draft202012Validator(schema).iter_errors(report):
        sys.exit("%s: %s" % (error.json_path, error.message))


paths = sys.argv[1:]
wants_schema = paths[0] == "--schema"
for path in paths[wants_schema:]:
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    if wants_schema:
        validate(report)
    check(report)
    time = report["totals"]["time_ns"]
    print("totals", " ".join("%s=%d" % pair for pair in time.items()))
    for block in report["blocks"]:
        print(
            'block "%s" executions=%d aborts=%d inevitable=%d retries=%s reads=%s'
            % tuple(block[k] for k in ("name", "executions", "aborts", "inevitable", "retries", "read_set"))
        )
    for rank, conflict in enumerate(report["conflicts"], 1):
        print(
            "conflict %d: %s sharing=%s silent=%s count=%d gain=%s | %s | %s | %s | advice: %s"
            % (
                rank,
                conflict["kind"],
                conflict["sharing"],
                conflict["silent_store"],
                conflict["count"],
                conflict["predicted_gain"],
                describe(conflict["object"]),
                side("victim", conflict["victim"]),
                side("culprit", conflict["culprit"]),
                conflict["advice"],
            )
        )
    for place_ in report["inevitable"]:
        print(
            'inevitable: %s count=%d in "%s" at %s'
            % (place_["reason"], place_["count"], place_["block"], place(place_["stack"]))
        )
