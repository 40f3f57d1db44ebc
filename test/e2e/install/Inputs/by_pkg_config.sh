# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#   by_pkg_config.sh LLVM_VERSION SOURCE PROGRAM

set -e
clang++-"$1" -std=c++20 -O2 \
  -fpass-plugin="$(pkg-config --variable=plugin_"$1" stm)" \
  $(pkg-config --cflags stm) "$2" -o "$3" $(pkg-config --libs stm)
