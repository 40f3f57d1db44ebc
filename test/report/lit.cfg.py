# ===- report/lit.cfg.py - stm-report and its files --------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# By hand, from the build folder: lit.py -v test/report
#
# Substitutions beside lit's own:
#   %report    stm-report of the build
#   %inputs    sample reports
#   %schema    the schema
#   %cxx       clang++ 19
#   %chromium  the browser; feature chromium
# Features: chromium, jsonschema (python3-jsonschema), tsan (the tool is built with it).

import os
import shutil
import subprocess

import lit.formats

config.name = "report"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)

tools = config.llvm_tools_dir
config.environment["PATH"] = os.pathsep.join([tools, config.environment["PATH"]])
for variable in ("NO_COLOR", "STM_OPTIONS", "TERM"):
    config.environment.pop(variable, None)

browser = shutil.which("chromium") or "chromium"
config.substitutions += [
    ("%report", os.path.join(config.stm_bin_dir, "stm-report")),
    ("%inputs", os.path.join(config.test_source_root, "Inputs")),
    ("%schema", config.stm_schema),
    ("%python", config.python),
    ("%cxx", os.path.join(tools, "clang++")),
    ("%chromium", browser),
]

if "thread" in config.sanitize:
    config.available_features.add("tsan")
try:
    for end in os.openpty():
        os.close(end)
    config.available_features.add("pty")
except OSError:
    lit_config.note("no pseudo-terminals: nothing is shown on one")
if shutil.which("chromium"):
    config.available_features.add("chromium")
else:
    lit_config.note("no chromium: pages are not looked at")
if (
    subprocess.run(
        [config.python, "-c", "import jsonschema"], capture_output=True
    ).returncode
    == 0
):
    config.available_features.add("jsonschema")
else:
    lit_config.note("no python3-jsonschema: reports are not validated")
