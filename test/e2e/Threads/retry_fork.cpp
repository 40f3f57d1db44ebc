//===- e2e/Threads/retry_fork.cpp - a fork beside sleepers ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The child has no sleepers, and can sleep and be woken itself; its output goes
// on. The parent's sleepers stay asleep until what they read changes.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <sys/wait.h>

alignas(64) long X = 0;
alignas(64) long Y = 0;

static void sleepUntil(long &Word) {
  stm::atomic([&] {
    if (!Word)
      stm::retry();
  });
}

int main() {
  onThreads(3, [](unsigned Self) {
    if (Self)
      return sleepUntil(X);
    for (stm_stats Stats = {}; Stats.retries < 2;) {
      stm_get_stats(&Stats);
      usleep(1000);
    }
    pid_t Child = fork();
    if (Child == 0) {
      {
        Thread Sleeper([] { sleepUntil(Y); });
        usleep(20000);
        stm::atomic([] {
          Y = 1;
          stm::deferred_printf(2, "child\n");
        });
      }
      _exit(X == 0 ? 0 : 1);
    }
    int Status = -1;
    EXPECT(waitpid(Child, &Status, 0) == Child);
    EXPECT(WIFEXITED(Status) && WEXITSTATUS(Status) == 0);
    stm::atomic([] { X = 1; });
  });
  EXPECT(Y == 0);
}
