//===- e2e/Report/ten/silent_store.cpp - a write that changes nothing ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A flag is set again and again, and whoever has read it is rolled back.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

alignas(64) long IsOpen = 1;
alignas(64) long Orders[2];
std::atomic<bool> Done{false};

int main() {
  onThreads(2, [](unsigned T) {
    if (T == 0) {
      for (int I = 0; I < 200 || fewRollbacks(); ++I)
        stm::atomic("order", [] {
          if (IsOpen) { // The victim's line.
            linger();
            ++Orders[0];
          }
        });
      Done = true;
    }
    while (!Done) {
      stm::atomic("open", [] {
        IsOpen = 1; // The culprit's line.
        linger(1);
      });
      sched_yield();
    }
  });
}

// CHECK: conflict 1: {{read-write|validation}} sharing=same-bytes silent=True
// CHECK-SAME: object=global IsOpen+0
// CHECK-SAME: victim="order" at silent_store.cpp:[[#@LINE-19]]
// CHECK-SAME: culprit="open" at silent_store.cpp:[[#@LINE-11]]
// CHECK-SAME: write only if it differs
