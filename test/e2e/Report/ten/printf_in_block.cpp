//===- e2e/Report/ten/printf_in_block.cpp - output in a block ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// It makes the block inevitable, and the others wait for it.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

alignas(64) long Jobs[3];

int main() {
  FILE *Log = fopen("/dev/null", "w");
  onThreads(3, [=](unsigned T) {
    for (int I = 0; I != 100; ++I)
      stm::atomic("work", [=] {
        ++Jobs[T];
        fprintf(Log, "%ld jobs\n", Jobs[T]); // The line.
        linger(1);
      });
  });
  fclose(Log);
}

// CHECK: inevitable: {{.*}}fprintf{{.*}} in "work" at printf_in_block.cpp:[[#@LINE-7]]
