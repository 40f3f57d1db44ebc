//===- e2e/Language/atomic_loads.cpp - flags that blocks look at ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks that load atomics stay optimistic. Who has seen by one that a block is
// over has read nothing from before it, whatever it had read; and who retries
// until a flag is set, by a store that is in no block, goes on.
//
// RUN: %two_levels %t %s %stmxx
// RUN: STM_OPTIONS=report=full:report_path=%t.report %t.O2 | FileCheck %s
// CHECK: right, inevitable 0
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <memory>

namespace {

alignas(64) long Data = 0;
alignas(64) std::atomic<long> Published{0};
alignas(64) std::atomic<bool> Ends{false};
std::atomic<double> Half{0.5};
std::atomic<int *> Null{nullptr};

/// Each number in a block, and then for all to see.
void publish() {
  for (long I = 1; I <= 20000; ++I) {
    stm::atomic([=] { Data = I; });
    Published.store(I, std::memory_order_release);
  }
  Ends = true;
}

long Wrong = 0;

void look() {
  for (bool Over = false; !Over;) {
    struct {
      long Data, Published;
      bool Ends;
    } Saw;
    stm::atomic([&] {
      Saw.Data = Data; // Older, if anything.
      Saw.Published = Published.load(std::memory_order_acquire);
      Saw.Ends = Ends && !Null.load() && Half.load() == 0.5;
    });
    Wrong += Saw.Data < Saw.Published;
    Over = Saw.Ends;
  }
}

} // namespace

int main() {
  {
    Thread Writer(publish);
    look();
  }
  static std::atomic<bool> Ready{false};
  {
    Thread Waiter([] {
      stm::atomic([] {
        if (!Ready.load())
          stm::retry();
        ++Data;
      });
    });
    timespec While{0, 20000000};
    nanosleep(&While, nullptr);
    Ready = true; // In no block.
  }
  EXPECT(Data == 20001);
  stm_stats S;
  stm_get_stats(&S);
  printf("%s, inevitable %lu\n", Wrong ? "wrong" : "right",
         static_cast<unsigned long>(S.inevitable));
}
