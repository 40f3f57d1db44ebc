#!/usr/bin/env bash
#===- bench/run.sh - runs the benchmarks of a build ------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# bench/run.sh BUILD [SET [options of what it runs]]
#
# Without a set: all but report, apps, accesses and build. all: all of them, with
# options for apps.

set -euo pipefail

Here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd)
Sets="raw|micro|snapshots|report|inevitable|higher|apps|accesses|build|all"
if (($# < 1)); then
  echo "usage: $0 BUILD [$Sets [options]]" >&2
  exit 2
fi
Build=$1
Set=${2-}
shift $(($# > 1 ? 2 : 1))

runSet() {
  local What=$1
  shift
  case $What in
  raw) python3 "$Here/micro/compare.py" "$Build" raw "$@" ;;
  micro) python3 "$Here/micro/compare.py" "$Build" all "$@" ;;
  snapshots) python3 "$Here/snapshots/compare.py" "$Build" "$@" ;;
  report) python3 "$Here/report/compare.py" "$Build" "$@" ;;
  inevitable | higher)
    STM_OPTIONS=report=none:single_thread=barriers "$Build/bin/bench-$What" "$@"
    ;;
  apps) python3 "$Here/apps/compare.py" "$Build" --json "$Build/bench-apps.json" \
    --html "$Build/bench-apps.html" "$@" ;;
  accesses) python3 "$Here/apps/accesses.py" "$Build" "$@" ;;
  build) python3 "$Here/apps/build_cost.py" "$Build" "$@" ;;
  *)
    echo "$0: there is no set $What: $Sets" >&2
    exit 2
    ;;
  esac
}

case $Set in
"" | all)
  for Each in micro snapshots inevitable higher; do runSet $Each; done
  if [[ $Set == all ]]; then
    runSet apps "$@"
    runSet accesses
    runSet report
    runSet build
  fi
  ;;
*) runSet "$Set" "$@" ;;
esac
