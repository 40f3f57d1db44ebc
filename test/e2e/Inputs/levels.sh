#!/bin/bash
#===- e2e/Inputs/levels.sh - compile and run at several -O levels ----------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   levels.sh "O0 O2" OUT SOURCE COMPILER [FLAGS...]
#
# Compiles SOURCE to OUT.O0 ..., runs each, and shows its output to FileCheck if
# SOURCE has CHECK lines. The first that fails ends the script.
#
#===------------------------------------------------------------------------===#

set -u

Levels=$1
Out=$2
Source=$3
shift 3

Checks=
grep -qE '\bCHECK(-[A-Z]+)?:' "$Source" && Checks=1

for Level in $Levels; do
  if ! "$@" "-$Level" "$Source" -o "$Out.$Level"; then
    echo "levels.sh: does not compile at -$Level" >&2
    exit 1
  fi
  "$Out.$Level" >"$Out.$Level.out" 2>&1
  Status=$?
  if ((Status)); then
    cat "$Out.$Level.out" >&2
    echo "levels.sh: at -$Level it ended with $Status" >&2
    exit 1
  fi
  if [[ $Checks ]] && ! FileCheck "$Source" <"$Out.$Level.out"; then
    echo "levels.sh: wrong output at -$Level" >&2
    exit 1
  fi
done
