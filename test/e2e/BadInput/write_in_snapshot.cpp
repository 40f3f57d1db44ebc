//===- e2e/BadInput/write_in_snapshot.cpp -----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An error with file and line of the write; without debug information, of the
// block. The compiler doesn't crash.
//
// RUN: not %stmxx -O0 -g -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %stmxx -O2 -g -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %stmxx -O0 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=BLOCK
// RUN: not %stmxx -O2 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=BLOCK
// CHECK: error: {{.*}}write_in_snapshot.cpp:[[#@LINE+16]]: write to 'Sum' inside stm::snapshot, which is read-only: return the result instead
// CHECK-NOT: PLEASE submit a bug report
// CHECK-NOT: Stack dump
// BLOCK: error: {{.*}}write_in_snapshot.cpp:[[#@LINE+11]]: write to a captured variable inside stm::snapshot
// BLOCK-NOT: PLEASE submit a bug report
//
//===----------------------------------------------------------------------===//

#include <stm/stm.hpp>

long Values[] = {1, 2, 3};

int main() {
  long Sum = 0;
  stm::snapshot([&] {
    for (long V : Values)
      Sum += V;
  });
  return static_cast<int>(Sum);
}
