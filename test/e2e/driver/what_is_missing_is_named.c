// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// No plugin for that LLVM.
// RUN: not env STM_CLANG_VERSION=7 %stmcc -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck --check-prefix=PLUGIN %s
// PLUGIN: stm-clang: error: there is no pass plugin for LLVM 7
// PLUGIN-SAME: STM_CLANG_VERSION may be one of:{{.*}} 19

// A plugin, but no such clang.
// RUN: rm -rf %t && mkdir -p %t/bin %t/lib
// RUN: cp %build/bin/stm-clang++ %t/bin && touch %t/lib/libstm-pass-7.so
// RUN: not env STM_CLANG_VERSION=7 %t/bin/stm-clang++ -c %s -o %t/a.o 2>&1 \
// RUN:   | FileCheck --check-prefix=CLANG %s
// CLANG: stm-clang++: error: clang++-7 was not found: install clang-7
