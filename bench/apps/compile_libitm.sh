#!/usr/bin/env bash
#===- apps/compile_libitm.sh - as far as GCC is able to --------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# apps/compile_libitm.sh OBJECT SOURCE COMPILER...
#
# GCC 12 ends with an internal error on some transactions. They are compiled at -O1
# then, or left out: the object is empty, and the side doesn't have the program.

set -euo pipefail

Object=$1 Source=$2
shift 2
for Level in -O2 -O1; do
  if Message=$("$@" $Level -c "$Source" -o "$Object" 2>&1); then
    echo "$Level" >"$Object.level"
    exit
  fi
  # What is wrong in the source is our mistake.
  if [[ $Message != *"internal compiler error"* ]]; then
    printf '%s\n' "$Message" >&2
    exit 1
  fi
done
"$@" -x c++ -c /dev/null -o "$Object"
echo n/a >"$Object.level"
