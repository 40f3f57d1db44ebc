//===- e2e/Report/ten/array_element.cpp - one element of an array ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a thousand counters all but one are each used by one thread only.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

struct alignas(32) Counter {
  long Value;
};
alignas(64) Counter Counters[1000];

int main() {
  unsigned Rounds = collide(3, [](unsigned T) {
    for (unsigned I = 0; I != 200; ++I)
      stm::atomic("count", [=] {
        ++Counters[100 * (T + 1) + I % 50].Value;
        ++Counters[17].Value; // The line.
        linger();
      });
  });
  EXPECT(Counters[17].Value == 600 * Rounds);
}

// CHECK: conflict 1: {{read-write|write-write|validation}} sharing=same-bytes silent={{False|None}}
// CHECK-SAME: object=global Counters+544
// CHECK-SAME: victim="count" at array_element.cpp:[[#@LINE-9]]
