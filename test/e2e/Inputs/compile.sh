#!/bin/bash
#===- e2e/Inputs/compile.sh - a compiler with precompiled headers ----------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
#   compile.sh COMPILER [FLAGS AND SOURCES...]
#
# Reading headers is most of a compilation. In the folder STM_PRECOMPILED are some of
# each level. A precompiled header must have been made with the same flags, as far
# as they matter: others than those known here are compiled without.
#
#===------------------------------------------------------------------------===#

set -eu

Compiler=$1
shift

Level=O0
Sources=0
Same=() # What the header must be compiled with as well.
Skip=
for Word; do
  if [[ $Skip ]]; then
    Skip=
    continue
  fi
  case $Word in
  -O[0123]) Level=${Word#-} ;;
  -o | -isystem) Skip=1 ;;
  -fsanitize=* | -fno-sanitize-recover=*) Same+=("$Word") ;;
  *.cpp) Sources=$((Sources + 1)) ;;
  *.o | *.so | *.a) ;;
  -D_*) exec "$Compiler" "$@" ;;
  -std=c++20 | -pthread | -c | -g | -gline-tables-only | -w | -l* | -L*) ;;
  -stm-* | -[RWDI]* | -fuse-ld=lld | -flto | -flto=thin) ;;
  *) exec "$Compiler" "$@" ;;
  esac
done
((Sources)) || exec "$Compiler" "$@"

Header=$STM_PRECOMPILED/$Level
for Word in ${Same[@]+"${Same[@]}"}; do Header+=$Word; done
Header+=.pch
(
  flock 9
  [[ -e $Header ]] || {
    "$Compiler" -std=c++20 -pthread "-I$(dirname "$0")" "-$Level" \
      ${Same[@]+"${Same[@]}"} -c -x c++-header "$(dirname "$0")/precompiled.h" -o "$Header.new" &&
      mv "$Header.new" "$Header"
  }
) 9>"$Header.lock"
exec "$Compiler" -include-pch "$Header" "$@"
