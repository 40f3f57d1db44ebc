//===- e2e/Report/ten/hot_counter.cpp - a counter of all ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every block increments it.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

alignas(64) long Served = 0;

int main() {
  unsigned Rounds = collide(3, [](unsigned) {
    for (int I = 0; I != 200; ++I)
      stm::atomic("serve", [] {
        ++Served; // The line.
        linger();
      });
  });
  EXPECT(Served == 600 * Rounds);
}

// CHECK: conflict 1: {{read-write|write-write|validation}} sharing=same-bytes silent={{False|None}}
// CHECK-SAME: object=global Served+0
// CHECK-SAME: victim="serve" at hot_counter.cpp:[[#@LINE-9]]
// CHECK-SAME: culprit="serve" at hot_counter.cpp:[[#@LINE-10]]
// CHECK-SAME: main
