//===- e2e/Interface/plain_io.cpp - I/O behind one's back -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code without barriers that a block calls writes all the same: the block is
// inevitable before a byte is out. A doomed attempt writes nothing. In a signal
// handler, and with intercept_io=0, it just happens. Beside sanitizers too.
//
// It has sanitizers of its own.
// UNSUPPORTED: sanitized
// REQUIRES: llvm-19 || long
// RUN: %at_O2 %t %s %stmxx
// RUN: env STM_OPTIONS=intercept_io=0:report=none %t.O2 off > %t.off
// RUN: grep -c once %t.off | FileCheck %s --check-prefix=OFF
// RUN: %stmxx -O1 -g %s -o %t.tsan -fsanitize=thread
// RUN: env STM_OPTIONS=report=none %t.tsan | FileCheck %s --check-prefix=ONCE
// RUN: %stmxx -O1 -g %s -o %t.asan -fsanitize=address
// RUN: env STM_OPTIONS=report=none %t.asan | FileCheck %s --check-prefix=ONCE
// RUN: env STM_OPTIONS=report=full %t.O2 2>&1 | FileCheck %s --check-prefix=REPORT
// CHECK: ok
// ONCE-COUNT-1: once
// ONCE-NOT: once
// ONCE: ok
// OFF: 2
// REPORT: inevitable transactions
// REPORT: call to write
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <csignal>
#include <cstring>
#include <iostream>
#include <sys/socket.h>

static long X = 0;
static int Pipe[2];

STM_PURE static void sayOnce() { EXPECT(write(1, "once\n", 5) == 5); }
STM_PURE static void print(const char *Format) {
  fprintf(stderr, Format, 1); // Not known to be a literal: it stays a call.
}
STM_PURE static void stream() {
  std::cerr << "";
  std::cerr.flush();
  std::cerr << 1 << '\n';
}
STM_PURE static void sendByte() { EXPECT(send(Pipe[0], "x", 1, 0) == 1); }
STM_PURE static void raiseSignal() { raise(SIGUSR1); }

static void handle(int) { EXPECT(write(Pipe[0], "s", 1) == 1); }

template <class F> static void inevitably(F Body) {
  uint64_t Before = inevitableSoFar();
  stm::atomic([&] {
    ++X;
    EXPECT(!stm_is_inevitable());
    Body();
    EXPECT(stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == Before + 1);
}

int main(int Count, char **) {
  EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, Pipe) == 0);
  setvbuf(stdout, nullptr, _IONBF, 0);
  // What another thread has changed meanwhile rolls it back first.
  long Seen = -1;
  {
    Rival Other;
    std::atomic<bool> WasThere{false};
    stm::atomic([&] {
      ++X;
      if (firstTime(WasThere))
        Other.hit();
      sayOnce();
      Seen = Count > 1 ? 0 : stm_is_inevitable();
      Other.feel();
    });
  }
  if (Count > 1)
    return 0;
  EXPECT(Seen == 1);
  inevitably([] { print("%d\n"); });
  inevitably([] { stream(); });
  inevitably([] { sendByte(); });
#if !__has_feature(thread_sanitizer) // It runs handlers later, as plain calls.
  signal(SIGUSR1, handle);
  uint64_t Before = inevitableSoFar();
  stm::atomic([] {
    ++X;
    raiseSignal();
    EXPECT(!stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == Before);
#endif
  puts("ok");
}
