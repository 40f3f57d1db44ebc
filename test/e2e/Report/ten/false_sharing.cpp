//===- e2e/Report/ten/false_sharing.cpp - two fields of a struct ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread has a field of its own, but both are in one stripe.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

struct alignas(64) Statistics {
  long Sent;
  long Received;
} Totals;

int main() {
  unsigned Rounds = collide(2, [](unsigned T) {
    for (int I = 0; I != 300; ++I)
      if (T)
        stm::atomic("send", [] {
          ++Totals.Sent; // One line.
          linger();
        });
      else
        stm::atomic("receive", [] {
          ++Totals.Received; // The other.
          linger();
        });
  });
  EXPECT(Totals.Sent == 300 * Rounds && Totals.Received == 300 * Rounds);
}

// CHECK: conflict 1: {{read-write|write-write|validation}} sharing=same-stripe
// CHECK-SAME: object=global Totals+{{[08]}}
// CHECK-SAME: victim="{{send|receive}}" at false_sharing.cpp
// CHECK-SAME: culprit="{{send|receive}}" at false_sharing.cpp
// CHECK-SAME: alignas(32)
