//===- e2e/Report/barriers_counted.cpp - what transactions execute --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// -stm-count: accesses by kind, with and without barriers. Outside of
// transactions nothing is counted. Inlined or not.
//
// It leaves what it makes.
// UNSUPPORTED: asan
// RUN: %stmxx -O2 %s -mllvm -stm-count -o %t
// RUN: %stmxx -O2 %s -mllvm -stm-count -mllvm -stm-inline=never -o %t.calls
// RUN: env STM_OPTIONS=report=full %t 2>&1 | FileCheck %s
// RUN: env STM_OPTIONS=report=full %t.calls 2>&1 | FileCheck %s
// CHECK: barriers a commit: 4.0 reads, 4.0 writes, 2.0 reads to write, 0.0 ranges
// CHECK: accesses without, a commit: 2.0 stores after reads to write, 0.0 covered, 2.0 fresh, 0.0 lent, 2.0 constant, 0.0 unwritten, 0.0 private (38 % of all)
//
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: FileCheck %s --check-prefix=JSON --input-file %t.json
// JSON: "validations": 0
// JSON: "read_barriers": 8
// JSON: "write_barriers": 8
// JSON: "read_to_write_barriers": 4
// JSON: "range_barriers": 0
// JSON: "paired_stores": 4
// JSON: "covered_accesses": 0
// JSON: "fresh_accesses": 4
// JSON: "constant_reads": 4
// JSON: "private_accesses": 0
// JSON: "lent_accesses": 0
// JSON: "unwritten_reads": 0
//
// RUN: %stmxx -O2 %s -o %t.uncounted
// RUN: env STM_OPTIONS=report=full %t.uncounted 2>&1 | FileCheck %s --check-prefix=NONE
// NONE-NOT: barriers a commit
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long A = 1, B = 2, C = 0, D = 0;
long *Made;
const long Table[] = {5, 1, 4, 2};

__attribute__((noinline)) void change() {
  C = A + Table[B & 3];
  ++D;
  Made = new long(7);
}

int main() {
  change(); // Plainly.
  for (int I = 0; I != 2; ++I)
    stm::atomic([] {
      change();
      change();
    });
  return D == 5 ? 0 : 1;
}
