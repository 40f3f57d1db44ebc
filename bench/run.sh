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

# compare NAME SCRIPT [options]: what it measures is written to the build folder, unless
# an option names another file.
compare() {
  local Name=$1 Script=$2
  shift 2
  python3 "$Here/$Script" --json "$Build/bench-$Name.json" "$Build" "$@"
}

runSet() {
  local What=$1
  shift
  case $What in
  raw) compare raw micro/compare.py raw --html "$Build/bench-raw.html" "$@" ;;
  micro) compare micro micro/compare.py all --html "$Build/bench-micro.html" "$@" ;;
  snapshots)
    compare snapshots snapshots/compare.py --html "$Build/bench-snapshots.html" "$@"
    ;;
  report) compare report report/compare.py "$@" ;;
  inevitable | higher)
    STM_OPTIONS=report=none:single_thread=barriers "$Build/bin/bench-$What" "$@"
    ;;
  apps) compare apps apps/compare.py --html "$Build/bench-apps.html" "$@" ;;
  accesses) compare accesses apps/accesses.py "$@" ;;
  build) compare build apps/build_cost.py "$@" ;;
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
