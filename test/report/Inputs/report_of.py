# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# report_of.py PROGRAM SYMBOL+OFFSET...: a report of conflicts about these places
# of PROGRAM, which has no names for them: functions as frames, variables as
# objects. The symbols are as nm -C has them.

import json
import subprocess
import sys

program = sys.argv[1]
symbols = {}
for line in subprocess.check_output(
    ["llvm-nm", "-C", "--defined-only", sys.argv[2]], text=True
).splitlines():
    address, kind, name = line.split(None, 2)
    symbols[name] = int(address, 16), kind


def nameless(offset):
    frame = dict.fromkeys(("function", "file", "line", "column"))
    return [dict(frame, module=program, module_offset=offset)]


conflicts = []
for place in sys.argv[3:]:
    name, offset = place.rsplit("+", 1)
    address, kind = symbols[name]
    address += int(offset, 0)
    is_code = kind in "tTwW"
    conflicts.append(
        {
            "kind": "read-write",
            "false_sharing": None,
            "count": 1,
            "lost_ns": 1,
            "victim": {"block": place, "stack": nameless(address) if is_code else []},
            "culprit": {"block": None, "stack": []},
            "object": None
            if is_code
            else {
                "kind": "global",
                "name": None,
                "offset": None,
                "allocated_at": None,
                "module": program,
                "module_offset": address,
            },
            "advice": None,
            "predicted_gain": None,
        }
    )
times = dict.fromkeys("useful lost waiting inevitable gc outside".split(), 0)
totals = dict.fromkeys(
    "commits aborts inevitable snapshots snapshot_aborts".split(), 0
)
json.dump(
    {
        "schema": "stm-report/1",
        "program": program,
        "threads": [],
        "totals": dict(totals, time_ns=times),
        "blocks": [],
        "conflicts": conflicts,
        "inevitable": [],
        "gc": {},
    },
    sys.stdout,
)
