#!/usr/bin/env bash
#===- bench/run.sh - runs the benchmarks of a build ------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# bench/run.sh BUILD [raw|all] [options of micro/compare.py]

set -euo pipefail

Here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
if (($# < 1)); then
  echo "usage: $0 BUILD [raw|all] [options of micro/compare.py]" >&2
  exit 2
fi
exec python3 "$Here/micro/compare.py" "$@"
