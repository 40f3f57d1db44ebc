//===- e2e/Report/ten/allocation_site.cpp - a heap block by its allocation ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The object has no name, but somebody has allocated it.
//
// Which code calls a sanitizer's malloc isn't noted.
// UNSUPPORTED: sanitized
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_allocations=1:report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

struct Account {
  long Padding[7];
  long Balance;
};

__attribute__((noinline)) Account *openAccount() { return new Account{}; }

int main() {
  Account *Shared = openAccount();
  unsigned Rounds = collide(3, [=](unsigned) {
    for (int I = 0; I != 200; ++I)
      stm::atomic("deposit", [=] {
        ++Shared->Balance; // The line.
        linger();
      });
  });
  EXPECT(Shared->Balance == 600 * Rounds);
}

// CHECK: conflict 1: {{read-write|write-write|validation}} sharing=same-bytes silent={{False|None}}
// CHECK-SAME: object=heap None+56 allocated in {{.*}}openAccount
// CHECK-SAME: victim="deposit" at allocation_site.cpp:[[#@LINE-9]]
