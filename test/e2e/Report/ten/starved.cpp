//===- e2e/Report/ten/starved.cpp - a transaction that others roll back ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its short rivals always get there first, until it runs alone.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

alignas(64) long Level = 0;
std::atomic<bool> Done{false};

int main() {
  onThreads(3, [](unsigned T) {
    if (T == 0) {
      for (int I = 0; I < 5 || fewRollbacks(); ++I)
        stm::atomic("recompute", [] {
          long Before = Level; // The victim's line.
          linger(20);
          Level = Before + 1;
        });
      Done = true;
    }
    while (!Done) {
      stm::atomic("adjust", [] {
        ++Level; // The culprit's line.
      });
      sched_yield();
    }
  });
}

// CHECK: conflict 1: {{read-write|validation}} sharing=same-bytes silent={{False|None}}
// CHECK-SAME: object=global Level+0
// CHECK-SAME: victim="recompute" at starved.cpp:[[#@LINE-17]]
// CHECK-SAME: culprit="adjust" at starved.cpp:[[#@LINE-10]]
