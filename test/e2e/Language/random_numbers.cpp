//===- e2e/Language/random_numbers.cpp - rand() in blocks -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block draws without being inevitable, and what it has drawn in vain is
// drawn again: the sequence is as without rollbacks.
//
// RUN: %two_levels %t %s %stmxx
// RUN: %at_O2 %t.static %s %stmxx -static-libstdc++
//
// Nor is a number lost where the runtime finds no memory, or attempts fail.
//
// RUN: %if !sanitized %{ \
// RUN:   %stmxx -O2 %s -o %t.faults && \
// RUN:   for s in 1 2 3 4 5 6 7 8 9 10 11 12; do \
// RUN:     env LD_LIBRARY_PATH=%libdir/checked \
// RUN:       STM_OPTIONS=report=none:inject=abort/9+memory/3:seed=$s \
// RUN:       %t.faults all || exit 1; \
// RUN:   done %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

constexpr int Count = 12;

static std::vector<long> sequence(unsigned Seed, int Length) {
  srand(Seed);
  std::vector<long> Numbers;
  for (int I = 0; I != Length; ++I)
    Numbers.push_back(I % 2 ? random() : rand()); // One sequence.
  return Numbers;
}

static long drawn(int I) { return I % 2 ? random() : rand(); }

static void rolledBack() {
  auto Expected = sequence(1, Count);
  long Numbers[Count] = {};
  srand(1);
  Numbers[0] = drawn(0);
  optimistically("rand", [&] {
    for (int I = 1; I != Count - 2; ++I)
      Numbers[I] = drawn(I);
  });
  Numbers[Count - 2] = drawn(Count - 2);
  Numbers[Count - 1] = drawn(Count - 1);
  EXPECT(std::equal(Expected.begin(), Expected.end(), Numbers));
}

static void cancelled() {
  auto Expected = sequence(2, 4);
  srand(2);
  EXPECT(rand() == Expected[0]);
  STM_ATOMIC {
    EXPECT(rand() == Expected[1] && rand() == Expected[2]);
    stm_cancel();
  }
  for (int I = 1; I != 4; ++I)
    EXPECT(rand() == Expected[static_cast<size_t>(I)]);
}

/// What was drawn of another sequence isn't drawn again.
static void seededMeanwhile() {
  auto Expected = sequence(4, 2);
  srand(3);
  STM_ATOMIC {
    (void)rand();
    stm_cancel();
  }
  srand(4);
  EXPECT(rand() == Expected[0]);
  STM_ATOMIC { EXPECT(rand() == Expected[1]); }
  uint64_t Before = inevitableSoFar();
  stm::atomic([] { srand(4); });
  EXPECT(inevitableSoFar() == Before + 1 && rand() == Expected[0]);
}

STM_PURE static void seedOnce(bool &IsSeeded) {
  if (!IsSeeded)
    srand(6);
  IsSeeded = true;
}

/// Nor what a running attempt has drawn by then.
static void seededInAnAttempt() {
  auto Expected = sequence(6, 1);
  srand(7);
  long Number = 0;
  bool IsSeeded = false;
  optimistically("rand", [&] {
    Number = rand();
    seedOnce(IsSeeded);
  });
  EXPECT(Number == Expected[0]);
}

/// None is lost, none comes twice.
static void manyThreads() {
  constexpr int Draws = 2000;
  auto Expected = sequence(5, 4 * Draws);
  static long Numbers[4 * Draws];
  static int Next;
  srand(5);
  uint64_t Before = inevitableSoFar();
  onThreads(4, [](unsigned) {
    for (int I = 0; I != Draws; ++I)
      stm::atomic([] {
        long Number = rand();
        Numbers[Next] = Number;
        ++Next;
      });
  });
  EXPECT(inevitableSoFar() == Before);
  std::sort(Expected.begin(), Expected.end());
  std::sort(Numbers, Numbers + 4 * Draws);
  EXPECT(std::equal(Expected.begin(), Expected.end(), Numbers));
}

/// In order, though attempts fail and logs can't grow.
static void withFaults() {
  constexpr size_t Rounds = 300, Draws = 7;
  auto Expected = sequence(8, Rounds * Draws);
  static long Numbers[Rounds * Draws];
  srand(8);
  for (size_t Round = 0; Round != Rounds; ++Round)
    stm::atomic([=] {
      for (size_t I = Round * Draws; I != (Round + 1) * Draws; ++I)
        Numbers[I] = drawn(static_cast<int>(I));
    });
  EXPECT(std::equal(Expected.begin(), Expected.end(), Numbers));
}

int main(int Argc, char **) {
  if (Argc == 2) {
    withFaults();
    return 0;
  }
  Thread Other([] { stm::atomic([] {}); }); // So there are barriers.
  rolledBack();
  cancelled();
  seededMeanwhile();
  seededInAnAttempt();
  manyThreads();
}
