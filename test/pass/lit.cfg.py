# ===- test/pass/lit.cfg.py - the stages of the pass -------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# The suite runs once for each LLVM. By hand, from the build folder:
#
#   lit.py -v test/pass/19                       all
#   lit.py -v test/pass/19 --filter Outline      some
#
# Substitutions beside lit's own:
#   %opt        opt with the plugin, textual IR out; LLVM's verifier after each stage
#   %cc %cxx    clang with the plugin and stm's headers
#   %emit       what makes them write textual IR to stdout
#   %link %dis  llvm-link, llvm-dis
#   %verify     opt's verifier on a module, warnings included
#   %plugin     the plugin
# Features: llvm-19 or llvm-22.

import os

import lit.formats

config.name = "pass-" + config.llvm_version
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".ll", ".c", ".cpp", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)

tools = config.llvm_tools_dir
plugin = config.stm_plugin
config.environment["PATH"] = os.pathsep.join(
    [tools, config.filecheck_dir, config.environment["PATH"]]
)
# -fplugin besides -fpass-plugin: LLVM 19 reads -mllvm before it loads the latter.
use = "-fpass-plugin={0} -fplugin={0} -mllvm -stm-verify-each".format(plugin)

config.substitutions += [
    (
        "%opt",
        "{}/opt -load={} -load-pass-plugin={} -stm-verify-each -S".format(
            tools, plugin, plugin
        ),
    ),
    ("%cc", "{}/clang {} -I{}".format(tools, use, config.stm_include_dir)),
    (
        "%cxx",
        "{}/clang++ -std=c++20 {} -I{}".format(tools, use, config.stm_include_dir),
    ),
    ("%emit", "-S -emit-llvm -o -"),
    ("%link", os.path.join(tools, "llvm-link")),
    ("%dis", os.path.join(tools, "llvm-dis")),
    ("%verify", "{}/opt -passes=verify -disable-output".format(tools)),
    ("%plugin", plugin),
]

config.available_features.add("llvm-" + config.llvm_version)
