//===- e2e/Inputs/spends_time.cpp - a thread that knows its times ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints, for compare_time.py, what the main thread spent on what.
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cinttypes>

alignas(64) long Shared = 0;
alignas(64) bool Open = false;
alignas(64) int64_t LostNs = 0; // Outlives rollbacks: written plainly.
std::atomic<bool> Struck{false};

STM_PURE int64_t now() {
  timespec Now;
  clock_gettime(CLOCK_MONOTONIC, &Now);
  return Now.tv_sec * 1000000000 + Now.tv_nsec;
}

STM_PURE void waste(int Milliseconds) {
  for (int64_t End = now() + Milliseconds * 1000000; now() < End;) {
  }
}

STM_PURE void lose(int64_t Began) {
  __atomic_store_n(&LostNs, now() - Began, __ATOMIC_RELAXED);
}

template <class F> int64_t timeOf(F Do) {
  int64_t Began = now();
  Do();
  return now() - Began;
}

int main() {
  int64_t Useful = 0, Inevitable = 0, Waiting = 0;
  stm::atomic("first", [] { ++Shared; }); // The thread's time begins.
  Useful += timeOf([] { stm::atomic("long", [] { waste(60); }); });
  Inevitable += timeOf([] {
    stm::atomic("inevitable", [] {
      stm::become_inevitable("to take long");
      waste(40);
    });
  });
  waste(120); // Outside: what is left, as report.py checks.
  {
    Thread Striker([] {
      await(1);
      stm::atomic("strike", [] { Shared = 5; });
      reached(2);
      await(3);
      waste(80);
      stm::atomic("open", [] { Open = true; });
    });
    stm::atomic("lost", [] {
      int64_t Began = now();
      long Seen = Shared;
      if (firstTime(Struck)) {
        waste(60);
        reached(1);
        await(2);
        lose(Began);
      }
      Shared = Seen + 1;
    });
    Waiting += timeOf([] {
      stm::atomic("wait", [] {
        reached(3);
        if (!Open)
          stm::retry();
      });
    });
  }
  printf("useful %" PRId64 "\nlost %" PRId64 "\nwaiting %" PRId64
         "\ninevitable %" PRId64 "\n",
         Useful, LostNs, Waiting, Inevitable);
}
