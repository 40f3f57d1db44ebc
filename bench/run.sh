#!/usr/bin/env bash
#===- bench/run.sh - runs the benchmarks of a build ------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# bench/run.sh BUILD [raw|snapshots|inevitable|higher|all] [options of what it runs]
#
# raw and all: micro/compare.py; snapshots: snapshots/compare.py; inevitable:
# bench-inevitable; higher: bench-higher. all ends with these, without options.

set -euo pipefail

Here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
if (($# < 1)); then
  echo "usage: $0 BUILD [raw|snapshots|inevitable|higher|all] [options]" >&2
  exit 2
fi
Build=$1
shift
if [[ ${1-} == snapshots ]]; then
  shift
  exec python3 "$Here/snapshots/compare.py" "$Build" "$@"
fi
inevitable() {
  STM_OPTIONS=report=none "$Build/bin/bench-inevitable" "$@"
}
if [[ ${1-} == inevitable ]]; then
  shift
  inevitable "$@"
  exit
fi
higher() {
  STM_OPTIONS=report=none "$Build/bin/bench-higher" "$@"
}
if [[ ${1-} == higher ]]; then
  shift
  higher "$@"
  exit
fi
python3 "$Here/micro/compare.py" "$Build" "$@"
if [[ ${1-all} == all ]]; then
  python3 "$Here/snapshots/compare.py" "$Build"
  inevitable
  higher
fi
