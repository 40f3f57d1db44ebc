//===- e2e/Report/stack_objects.cpp - whose stack it is -------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Variables of functions, shared by others while these wait: of main, and of
// another thread.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S/ten %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
// CHECK-DAG: object=stack the stack of thread 1{{ .*}}victim="changes main's"
// CHECK-DAG: object=stack the stack of thread {{[2-9] .*}}victim="changes a thread's"
//
//===----------------------------------------------------------------------===//

#include "ten.h"

int main() {
  alignas(64) long OfMain = 0;
  stm::atomic([&] { OfMain = 1; }); // It is thread 1.
  collide(2, [&OfMain](unsigned) {
    for (int I = 0; I != 100; ++I)
      stm::atomic("changes main's", [&] {
        OfMain += 1;
        linger();
      });
  });
  std::thread([] {
    alignas(64) long Mine = 0;
    stm::atomic([&] { Mine = 1; });
    stm_stats Stats = {};
    do {
      onThreads(2, [&Mine](unsigned) {
        for (int I = 0; I != 100; ++I)
          stm::atomic("changes a thread's", [&] {
            Mine += 1;
            linger();
          });
      });
      stm_get_stats(&Stats);
    } while (Stats.aborts < 60);
  }).join();
}
