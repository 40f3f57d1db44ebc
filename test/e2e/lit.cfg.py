# ===- e2e/lit.cfg.py - programs compiled by the drivers ---------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# The suite runs once for each LLVM. By hand, from the build folder:
#
#   lit.py -v test/e2e/19                        all
#   lit.py -v test/e2e/19 --filter lost_update   one
#   … --param levels="O2"                        at that level only
#   … --param options=-stm-whole-program         with options for the drivers
#
# Substitutions beside lit's own:
#   %stmcc %stmxx   stm-clang, stm-clang++ of the build
#   %cc %cxx        clang without the plugin, with headers and runtime
#   %no_stm         the same with a runtime that does nothing: negative controls
#   %llvm           the version of LLVM
#   %build %cmake   the build folder; cmake
#   %link           what a link by hand needs
#   %include        what other compilers need to find headers
#   %all_levels OUT SOURCE COMPILE…   compiles SOURCE to OUT.O0 … OUT.O3 and runs
#                   each; output goes through FileCheck where SOURCE has CHECK lines
#   %levels         the same; where both LLVMs are there, at -O0 and -O2 with the
#                   first and at -O3 with the second
#   %two_levels     at -O0 and -O2; at -O2 only with the second
#   %one_level      at -O2; at -O1 with the second (with --long, both with both)
#   %at_O2          the same at -O2 only
#
# Features, for REQUIRES: llvm-19, llvm-22; long, with --long. With a sanitized
# runtime (presets asan and tsan) programs are compiled for the same sanitizer:
# sanitized, and asan or tsan.

import atexit
import os
import shutil
import tempfile

import lit.formats

config.name = "e2e-" + config.llvm_version
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".c", ".cpp", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(__file__)

here = config.test_source_root
tools = config.llvm_tools_dir
inputs = os.path.join(here, "Inputs")
flags = "-I" + inputs
# A sanitizer's runtime is in the executable; who finds something must end.
sanitize = ""
if config.sanitize:
    sanitize = " -fsanitize=%s -fno-sanitize-recover=all" % config.sanitize
    config.available_features.add("sanitized")
    config.available_features.add("tsan" if "thread" in config.sanitize else "asan")
    # An undo writes to its copies of frames after the function has returned; tests
    # ask malloc for more than there is.
    config.environment["ASAN_OPTIONS"] = (
        "detect_stack_use_after_return=0:allocator_may_return_null=1"
    )
    # Its search for deadlocks knows 64 locks, of which a fork takes more, jemalloc's; in
    # the child these are made anew, which it doesn't take for an unlock.
    config.environment["TSAN_OPTIONS"] = (
        "detect_deadlocks=0:report_mutex_bugs=0:die_after_fork=0:allocator_may_return_null=1"
        ":suppressions=" + os.path.join(inputs, "thread_sanitizer.supp")
    )

options = lit_config.params.get("options", "")

link = "-L{0} -lstm -Wl,-rpath,{0}".format(config.stm_lib_dir)
plain = "-I{} {}".format(config.stm_include_dir, flags)

# A program with one thread would run its blocks without what is to be tested. A
# test that sets STM_OPTIONS itself gets this as well.
barriers = "single_thread=barriers"
config.environment["STM_OPTIONS"] = barriers
config.substitutions.append((r"\bSTM_OPTIONS=(['\"]?)", r"STM_OPTIONS=\1" + barriers + ":"))
config.environment["STM_CLANG_VERSION"] = config.llvm_version
config.environment["PATH"] = os.pathsep.join(
    [tools, config.filecheck_dir, config.environment["PATH"]]
)
# Of this run only: what it is made of may have changed since the last.
precompiled = tempfile.mkdtemp(prefix="stm-precompiled-")
atexit.register(shutil.rmtree, precompiled, ignore_errors=True)
config.environment["STM_PRECOMPILED"] = precompiled


def driver(name):
    return os.path.join(config.stm_bin_dir, name)


levels = "bash " + os.path.join(inputs, "levels.sh")
only = lit_config.params.get("levels")


def at(names):
    return '%s "%s"' % (levels, only or names)


config.available_features.add("llvm-" + config.llvm_version)
if os.path.exists(
    os.path.join(config.stm_lib_dir, "libstm-pass-%s.so" % config.other_llvm_version)
):
    config.available_features.add("other-plugin")

# What one LLVM compiles at a level the other mostly does too; the time is better
# spent on more programs.
all_levels = "O0 O1 O2 O3"
levels_here = all_levels
two_levels = "O0 O2"
one_level = "O0 O2"
if os.environ.get("STM_TEST_LONG"):
    config.available_features.add("long")
elif "other-plugin" in config.available_features:
    levels_here = "O0 O2" if config.llvm_version == "19" else "O3"
    two_levels = "O0 O2" if config.llvm_version == "19" else "O2"
    one_level = "O2" if config.llvm_version == "19" else "O1"

cxx = os.path.join(tools, "clang++")
config.substitutions += [
    ("%stmcc", driver("stm-clang") + sanitize + " -pthread " + flags + " " + options),
    ("%stmxx", "bash {} ".format(os.path.join(inputs, "compile.sh")) + driver("stm-clang++") + sanitize + " -std=c++20 -pthread " + flags + " " + options),
    ("%cc", "{}{} -pthread {}".format(os.path.join(tools, "clang"), sanitize, plain)),
    ("%cxx", "{}{} -std=c++20 -pthread {}".format(cxx, sanitize, plain)),
    (
        "%no_stm",
        "{}{} -std=c++20 -pthread {} {}".format(
            cxx, sanitize, plain, os.path.join(inputs, "no_stm.cpp")
        ),
    ),
    ("%link", link),
    ("%include", plain),
    ("%inputs", inputs),
    ("%plugin", os.path.join(config.stm_lib_dir, "libstm-pass-%s.so" % config.llvm_version)),
    ("%otherplugin", os.path.join(config.stm_lib_dir, "libstm-pass-%s.so" % config.other_llvm_version)),
    ("%libdir", config.stm_lib_dir),
    ("%llvm", config.llvm_version),
    ("%build", os.path.dirname(config.stm_bin_dir)),
    ("%cmake", config.cmake_command),
    ("%all_levels", at(all_levels)),
    ("%levels", at(levels_here)),
    ("%two_levels", at(two_levels)),
    ("%one_level", at(one_level)),
    ("%at_O2", at("O2")),
]

if os.path.exists(os.path.join(tools, "ld.lld")):
    config.available_features.add("lld")
# Debian's libasio-dev and libuv1-dev.
for name, header in (("asio", "asio.hpp"), ("uv", "uv.h")):
    if os.path.exists("/usr/include/" + header):
        config.available_features.add(name)

# A program with another group's rights: who is only in one group can't make one,
# and some file systems and containers don't allow any.
other_groups = [65534] if os.geteuid() == 0 else [g for g in os.getgroups() if g != os.getgid()]
with open("/proc/self/status") as status:
    no_new_rights = "NoNewPrivs:\t1" in status.read()
no_set_ids = os.statvfs(config.stm_lib_dir).f_flag & os.ST_NOSUID
if other_groups and not no_new_rights and not no_set_ids:
    config.available_features.add("set-group-id")
    config.substitutions.append(("%other_group", str(other_groups[0])))
if os.path.exists(os.path.join(tools, "..", "include", "c++", "v1", "__config")):
    config.available_features.add("libc++")
