//===- e2e/Threads/fork.cpp - fork ------------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Outside transactions and inside one; other threads are in the middle of
// theirs.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <sys/wait.h>

alignas(64) long X = 0;
alignas(64) long Y = 0;
std::atomic<bool> Stop{false};

static void expectChild(pid_t Pid) {
  int Status = -1;
  EXPECT(waitpid(Pid, &Status, 0) == Pid);
  EXPECT(WIFEXITED(Status) && WEXITSTATUS(Status) == 0);
}

static void addBoth() {
  stm::atomic([] {
    EXPECT(X == Y);
    ++X;
    ++Y;
  });
}

int main() {
  {
    auto Work = [] {
      while (!Stop)
        addBoth();
    };
    Thread A(Work), B(Work);
    for (int I = 0; I != 20; ++I) {
      pid_t Pid = fork();
      if (Pid == 0) {
        addBoth();
        onThreads(2, [](unsigned) { addBoth(); });
        stm::atomic([] { stm::become_inevitable("in the child"); });
        _exit(0);
      }
      expectChild(Pid);
    }
    for (int I = 0; I != 20; ++I) {
      pid_t Pid = stm::atomic([] {
        ++X;
        pid_t Pid = fork(); // Inevitable from here on.
        ++Y;
        return Pid;
      });
      if (Pid == 0) {
        addBoth();
        _exit(0);
      }
      expectChild(Pid);
    }
    Stop = true;
  }
  EXPECT(X == Y);
}
