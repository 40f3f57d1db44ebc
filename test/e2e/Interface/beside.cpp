//===- e2e/Interface/beside.cpp - inevitable, but not alone ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While an inevitable transaction sleeps or reads, others commit beside it, and
// what it has read stays as it was. Without the plugin it runs alone.
//
// REQUIRES: llvm-19 || long
// RUN: %two_levels %t %s %stmxx
// RUN: env STM_OPTIONS=report=full %t.O2 2>&1 | FileCheck %s
// A sanitizer's functions stand between the runtime and the system.
// RUN: %if !sanitized %{ %at_O2 %t.asan %s %stmxx -fsanitize=address %}
// CHECK: inevitable transactions, by time:
// CHECK: call to nanosleep
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <chrono>
#include <thread>

static long Seen[64], Others[64], After;
static std::atomic<bool> Sleeping{false}, Done{false};
static int Pipe[2];
STM_PURE static void setSleeping() { Sleeping.store(true); }

int main() {
  EXPECT(pipe(Pipe) == 0);
  std::atomic<long> Beside{0};
  std::thread Worker([&] {
    while (!Done.load()) {
      stm::atomic([&] { ++Others[0]; });
      if (Sleeping.load())
        ++Beside;
    }
  });
  std::thread Overwriter([&] {
    while (!Done.load())
      stm::atomic([&] { ++Seen[0]; });
  });
  for (int I = 0; I != 20; ++I) {
    std::thread Waker([&, Until = Beside.load() + 100] {
      // Until others have committed, more than before the read begins: it would
      // hang, did they wait.
      while (Beside.load() < Until)
        std::this_thread::yield();
      EXPECT(write(Pipe[1], "12345678", 8) == 8);
    });
    bool Same = false;
    stm::atomic([&] {
      long Before = Seen[0];
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      EXPECT(stm_is_inevitable());
      setSleeping();
      long Text = 0;
      EXPECT(read(Pipe[0], &Text, 8) == 8);
      After = Text;
      Same = Seen[0] == Before;
    });
    Sleeping.store(false);
    EXPECT(Same);
    EXPECT(After == 0x3837363534333231);
    Waker.join();
  }
  Done.store(true);
  Worker.join();
  Overwriter.join();
  puts("ok");
}
