//===- e2e/Higher/parallel.cpp - loops that appear serial -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// REQUIRES: llvm-19 || long
// RUN: %one_level %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <list>
#include <numeric>
#include <stm/parallel.hpp>
#include <string>

static void loops() {
  std::vector<long> Values(5000);
  std::iota(Values.begin(), Values.end(), 0);
  long Sum = 0;
  stm::parallel_for(Values, [&](long &V) {
    Sum += V;
    V = -V;
  });
  EXPECT(Sum == 4999 * 2500);
  stm::parallel_for(0, 5000, [&](int I) { Sum += Values[I]; });
  EXPECT(Sum == 0);
  stm::parallel_for(5, 5, [](int) { EXPECT(false); });
  stm::parallel_for(7, 5, [](int) { EXPECT(false); });

  // Cancelled steps are left out; an exception ends the loop.
  stm::parallel_for(0, 1000, [&](int I) {
    Sum += 1;
    if (I % 10 == 3)
      stm::cancel();
  });
  EXPECT(Sum == 900);
  try {
    stm::parallel_for(0, 1000, [&](int I) {
      if (I == 500)
        throw std::string("here");
    });
    EXPECT(false);
  } catch (const std::string &What) {
    EXPECT(What == "here");
  }

  // Steps that wait for others, before and behind them.
  long Done = 0;
  stm::parallel_for(0, 300, [&](int I) {
    if (I % 100 == 50 && Done < 50)
      stm::retry();
    ++Done;
  });
  EXPECT(Done == 300);

  // Steps that can't be undone, beside some that are.
  Done = 0;
  stm::parallel_for(0, 300, [&](int I) {
    ++Done;
    if (I % 7 == 0)
      stm::become_inevitable("a step");
    if (I % 7 == 1)
      stm::cancel();
  });
  EXPECT(Done == 300 - 43);

  // Inside a transaction: part of it.
  Rival Other;
  stm::atomic([&] {
    stm::parallel_for(Values, [](long &V) { V += 1; });
    stm::for_in_order(Values, [](long &V) { V *= 2; });
    EXPECT(stm::map_reduce(
               Values, [](long V) { return V; }, std::plus<>(), 0L) ==
           -2 * (4999 * 2500 - 5000));
    Other.strike();
  });
  EXPECT(Values[10] == -18);
}

static void reductions() {
  // Associative only: the order of the parts is that of the range.
  std::vector<std::string> Words;
  std::string Expected = "<";
  for (int I = 0; I != 2000; ++I) {
    Words.push_back(std::to_string(I * 31 % 100));
    Expected += Words.back();
  }
  std::string All = stm::map_reduce(
      Words, [](const std::string &W) { return W; },
      [](std::string A, const std::string &B) { return A + B; },
      std::string("<"));
  EXPECT(All == Expected);
  EXPECT(stm::map_reduce(0, 0, [](int I) { return I; }, std::plus<>(), 5) == 5);
  try {
    stm::map_reduce(
        0, 100,
        [](int I) {
          if (I == 60)
            throw I;
          return I;
        },
        std::plus<>(), 0);
    EXPECT(false);
  } catch (int I) {
    EXPECT(I == 60);
  }

  auto Parts = stm::scatter(Words.begin(), Words.end(), [](auto B, auto E) {
    return std::accumulate(B, E, std::string());
  });
  std::string Joined = "<";
  for (const std::string &Part : stm::gather(Parts))
    Joined += Part;
  EXPECT(Joined == Expected);
  long Sum = 0;
  stm::gather(stm::scatter(0, 10, [&](int B, int E) { Sum += E - B; }));
  EXPECT(Sum == 10);
}

int main() {
  stm::set_threads(4);
  loops();
  reductions();
  Disturber D;
  for (unsigned Seed = 0; Seed != workloads(30); ++Seed) {
    Numbers N(Seed);
    uint64_t Count = N.below(500);
    // What a step does commutes with what others do.
    World Parallel, Serial;
    auto Step = [&D](World &W, uint64_t I) {
      Numbers Of(I);
      auto &To = W.Cell[Of.below(World::Cells)].Value;
      D.suffer(Of.next() * 4);
      To += I;
      W.Cell[Of.below(World::Cells)].Value ^= 0;
    };
    stm::parallel_for(uint64_t{0}, Count,
                      [&](uint64_t I) { Step(Parallel, I); });
    for (uint64_t I = 0; I != Count; ++I)
      Step(Serial, I);
    EXPECT(Parallel == Serial);
    auto Square = [&D](uint64_t I) {
      D.suffer(I);
      return I * I;
    };
    uint64_t Sum = 0;
    for (uint64_t I = 0; I != Count; ++I)
      Sum += Square(I);
    EXPECT(stm::map_reduce(uint64_t{0}, Count, Square, std::plus<>(),
                           uint64_t{0}) == Sum);
  }
}
