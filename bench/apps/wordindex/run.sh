#!/usr/bin/env bash
#===- apps/wordindex/run.sh - runs the demonstration -----------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# apps/wordindex/run.sh BUILD [files or folders]
#
# Ends with 0 if every way to build the index gave the same result. The report
# at the end is libstm's own: of the very run that the table shows.

set -euo pipefail

if (($# < 1)); then
  echo "usage: $0 BUILD [files or folders with text]" >&2
  exit 2
fi
Program=$1/bin/wordindex
shift
if [[ ! -x $Program ]]; then
  echo "$0: $Program is missing: build it first (./dev build)" >&2
  exit 1
fi
# Standard output first: table and report are read together.
export STM_OPTIONS=${STM_OPTIONS-report=summary}
exec "$Program" "$@"
