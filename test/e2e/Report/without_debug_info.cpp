//===- e2e/Report/without_debug_info.cpp - names without lines -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Without -g both sides have the name of their function, or of the lambda that
// the compiler has inlined into the headers' code, and an offset. A stripped
// program has the offsets, from which stm-report gets names, and lines where there
// is debug information.
//
// RUN: %two_levels %t %s %stmxx
// RUN: %stmxx -O2 -g %s -o %t.full && rm -rf %t.symbols && mkdir %t.symbols
// RUN: cp %t.full %t.stripped && strip %t.stripped && cp %t.full %t.none
// RUN: strip --strip-debug %t.none
// RUN: env STM_OPTIONS=quiesce=never %t.stripped 2>&1 | FileCheck %s --check-prefix=STRIPPED
// STRIPPED: at ?? ({{.*}}.stripped+0x{{[0-9a-f]+}}), written by ?? ({{.*}}.stripped+0x{{[0-9a-f]+}})
//
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report_path=%t.json %t.stripped
// RUN: cp %t.full %t.symbols/without_debug_info.cpp.tmp.stripped
// RUN: %build/bin/stm-report show --symbols=%t.symbols %t.json | FileCheck %s --check-prefix=LINES
// LINES: without_debug_info.cpp:[[#READ:]]:{{[0-9]+}}, written by
// LINES-SAME: without_debug_info.cpp:[[#READ+8]]
// RUN: cp %t.none %t.symbols/without_debug_info.cpp.tmp.stripped
// RUN: %build/bin/stm-report show --symbols=%t.symbols %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long Shared = 0;
alignas(64) long Result = 0;
std::atomic<bool> Waited{false};

__attribute__((noinline)) void reader() {
  stm::atomic([] {
    reached(1);
    if (firstTime(Waited))
      await(2);
    Result = Shared;
    reached(3);
  });
}

__attribute__((noinline)) void writer() {
  stm::atomic([] {
    await(1);
    Shared = 5;
    reached(2);
    awaitBriefly(3);
  });
}

int main() {
  Thread Reader(reader);
  Thread Writer(writer);
}

// CHECK: what another transaction
// CHECK-NEXT: at reader()::$_0{{.*}} ({{.*}}+0x{{[0-9a-f]+}}), written by writer()::$_0{{.*}} ({{.*}}+0x{{[0-9a-f]+}})
