//===- e2e/Threads/retry_alone.cpp - everybody waits ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All threads asleep in stm::retry: that is said, with the block's place.
//
// RUN: %stmxx -O1 %s -o %t && %t 2>&1 | FileCheck %s
//
// CHECK: WARNING: all threads of the program (1) are asleep in stm_retry()
// CHECK-SAME: for ever, {{.*}}retry_alone.cpp:[[#@LINE+14]]
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <csignal>

long X = 0;

int main() {
  // For the end of the test.
  signal(SIGALRM, [](int) { _exit(0); });
  alarm(1);
  stm::atomic("for ever", [] {
    if (!X)
      stm::retry();
  });
}
