//===- e2e/Report/ten/long_reader.cpp - a block that reads much ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While one thread adds a table up, others change its elements.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

alignas(64) long Prices[4000];
std::atomic<bool> Done{false};
long Sum = 0;

int main() {
  onThreads(3, [](unsigned T) {
    if (T == 0) {
      for (int I = 0; I < 20 || fewRollbacks(); ++I)
        stm::atomic("sum up", [] {
          long Total = 0;
          for (int P = 0; P != 4000; ++P) {
            Total += Prices[P]; // The line.
            if (P % 500 == 0)
              linger(1);
          }
          Sum = Total;
        });
      Done = true;
      return;
    }
    for (unsigned I = T; !Done; I = (I * 1103515245u + 12345u) & 0x7fffffff) {
      stm::atomic("set a price", [=] { ++Prices[I / 64 % 4000]; });
      sched_yield();
    }
  });
}

// CHECK: conflict 1: {{validation|read-write}} sharing={{same-bytes|same-stripe}}
// CHECK-SAME: object=global Prices+
// CHECK-SAME: victim="sum up" at long_reader.cpp:[[#@LINE-18]]
// CHECK-SAME: culprit="set a price"
