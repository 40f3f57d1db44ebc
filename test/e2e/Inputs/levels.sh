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
# In the folder STM_PRECOMPILED are precompiled headers, for compilations with the
# ordinary flags only, since a precompiled header must have been made with the same.
#
#===------------------------------------------------------------------------===#

set -u

Levels=$1
Out=$2
Source=$3
shift 3

Checks=
grep -qE '\bCHECK(-[A-Z]+)?:' "$Source" && Checks=1

# precompile LEVEL COMPILER FLAGS...: prints what is to be added to the flags.
precompile() {
  local Level=$1 Header=$STM_PRECOMPILED/$1.pch
  shift
  (
    flock 9
    [[ -e $Header ]] || {
      "$@" "-$Level" -c -x c++-header "$(dirname "$0")/precompiled.h" \
        -o "$Header.new" && mv "$Header.new" "$Header"
    }
  ) 9>"$Header.lock" && printf '%s\n' -include-pch "$Header"
}

for Level in $Levels; do
  Precompiled=()
  if [[ ${STM_PRECOMPILED:-} && $Source == *.cpp &&
    "$*" == *"/stm-clang++ -std=c++20 -pthread -I"* && $# == 4 ]]; then
    mapfile -t Precompiled < <(precompile "$Level" "$@")
  fi
  if ! "$@" "-$Level" ${Precompiled[@]+"${Precompiled[@]}"} "$Source" \
    -o "$Out.$Level"; then
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
