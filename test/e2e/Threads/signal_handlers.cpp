//===- e2e/Threads/signal_handlers.cpp - transactions in handlers ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Outside of a transaction a handler runs its own; inside of one it isn't taken
// for a part of it.
//
// RUN: %at_O2 %t %s %stmxx
// RUN: not %t.O2 inside 2>&1 | FileCheck %s --check-prefix=INSIDE
// RUN: not %t.O2 stack 2>&1 | FileCheck %s --check-prefix=INSIDE
// INSIDE: ERROR: a signal handler began a transaction (the handler's, {{.*}}) that has interrupted another one of its thread (the interrupted one,
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <csignal>
#include <string>

alignas(64) static long Handled = 0;
alignas(64) static long Done = 0;

/// A block inside goes through the runtime too, and is no handler's.
__attribute__((noinline)) static void countTwo() {
  for (int I = 0; I != 2; ++I)
    stm::try_atomic([I] {
      ++Handled;
      if (I)
        stm::cancel();
    });
}

static void handler(int) {
  stm::atomic("the handler's", [] { countTwo(); });
}

STM_PURE static void interrupt() { raise(SIGUSR1); }

int main(int Argc, char **Argv) {
  std::string What = Argc > 1 ? Argv[1] : "";
  struct sigaction Action = {};
  Action.sa_handler = handler;
  stack_t Stack = {};
  if (What == "stack") {
    Stack.ss_size = 1 << 16;
    Stack.ss_sp = malloc(Stack.ss_size);
    sigaltstack(&Stack, nullptr);
    Action.sa_flags = SA_ONSTACK;
  }
  sigaction(SIGUSR1, &Action, nullptr);
  if (What != "") {
    stm::atomic("the interrupted one", [] {
      ++Done;
      interrupt();
    });
    return 0;
  }
  onThreads(2, [](unsigned) {
    for (int I = 0; I != 1000; ++I) {
      stm::atomic([] { countTwo(); });
      raise(SIGUSR1);
      stm::atomic([] { ++Done; });
    }
  });
  EXPECT(Handled == 4000 && Done == 2000);
}
