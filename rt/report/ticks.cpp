//===- report/ticks.cpp - converting ticks to time --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/ticks.h"

#include <algorithm>
#include <ctime>

namespace stm::rt {

namespace {

uint64_t StartTicks, StartNanoseconds;
uint64_t ReadingTicks;

uint64_t nanosecondsNow() {
  timespec Now;
  clock_gettime(CLOCK_MONOTONIC, &Now);
  return static_cast<uint64_t>(Now.tv_sec) * 1000000000u +
         static_cast<uint64_t>(Now.tv_nsec);
}

} // namespace

void startTicks() {
  // The shortest of a few: in between others may have run.
  constexpr int Readings = 16;
  ReadingTicks = ~uint64_t{0};
  for (int I = 0; I != Readings; ++I) {
    uint64_t First = arch::ticks();
    ReadingTicks = std::min(ReadingTicks, arch::ticks() - First);
  }
  StartNanoseconds = nanosecondsNow();
  StartTicks = arch::ticks();
}

uint64_t ticksOfTwoReadings() { return ReadingTicks; }

uint64_t startOfTicks() { return StartTicks; }

uint64_t ticksSinceStart() {
  return StartTicks ? arch::ticks() - StartTicks : 0;
}

double nanosecondsPerTick() {
  // Under 1 ms the two calls' own cost would show (about 50 ns of each pair).
  constexpr uint64_t ShortestInterval = 1000000;
  if (!StartTicks)
    startTicks();
  uint64_t Nanoseconds, Ticks;
  do {
    Nanoseconds = nanosecondsNow() - StartNanoseconds;
    Ticks = arch::ticks() - StartTicks;
  } while (Nanoseconds < ShortestInterval);
  return Ticks ? static_cast<double>(Nanoseconds) / static_cast<double>(Ticks)
               : 1.0;
}

} // namespace stm::rt
