#!/usr/bin/env bash
#===- bench/run.sh - runs the benchmarks of a build ------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# bench/run.sh BUILD [raw|snapshots|all] [options of the compare.py it runs]
#
# raw and all: micro/compare.py; snapshots: snapshots/compare.py. all ends with
# the snapshots, without options.

set -euo pipefail

Here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
if (($# < 1)); then
  echo "usage: $0 BUILD [raw|snapshots|all] [options]" >&2
  exit 2
fi
Build=$1
shift
if [[ ${1-} == snapshots ]]; then
  shift
  exec python3 "$Here/snapshots/compare.py" "$Build" "$@"
fi
python3 "$Here/micro/compare.py" "$Build" "$@"
if [[ ${1-all} == all ]]; then
  exec python3 "$Here/snapshots/compare.py" "$Build"
fi
