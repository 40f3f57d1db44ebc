//===- e2e/Language/clocks.cpp - reading clocks inside ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No clock makes a transaction inevitable; what it stored is undone.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <chrono>
#include <sys/time.h>
#include <time.h>

timespec Stamp;
timeval Day;
time_t Now;

int main() {
  Rival Other;
  stm::atomic([&] {
    EXPECT(Stamp.tv_sec == 0 && Day.tv_sec == 0 && Now == 0);
    EXPECT(clock_gettime(CLOCK_REALTIME, &Stamp) == 0);
    EXPECT(gettimeofday(&Day, nullptr) == 0);
    time_t Result = time(&Now);
    EXPECT(Result == Now);
    EXPECT(time(nullptr) >= Now);
    auto A = std::chrono::steady_clock::now();
    auto B = std::chrono::steady_clock::now();
    EXPECT(B >= A);
    EXPECT(std::chrono::system_clock::now().time_since_epoch().count() > 0);
    EXPECT(clock_gettime(-1000000, &Stamp) == -1);
    Other.strike();
  });
  // time() is as of the last tick, which may have been in the second before.
  EXPECT(Stamp.tv_sec != 0 && Now + 1 >= Stamp.tv_sec &&
         Day.tv_sec >= Stamp.tv_sec);
  EXPECT(inevitableSoFar() == 0);
}
