//===- e2e/Higher/eventual.cpp - updates that merge -----------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// REQUIRES: llvm-19 || long
// RUN: %at_O2 %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <set>
#include <stm/eventual.hpp>
#include <string>
#include <vector>

static void neverConflicts() {
  constexpr unsigned Threads = 8;
  constexpr long Each = 3000;
  stm::counter Hits;
  stm::eventual<std::vector<long>, stm::append> All;
  stm::eventual<long, stm::maximum> Largest(-1);
  uint64_t Before = abortsSoFar();
  onThreads(Threads, [&](unsigned Self) {
    for (long I = 0; I != Each; ++I)
      stm::atomic([&] {
        ++Hits;
        Hits += 2;
        if (I % 100 == 0)
          All.update([&](std::vector<long> &Mine) { Mine.push_back(I); });
        Largest.merge(I * Threads + Self);
      });
  });
  EXPECT(abortsSoFar() == Before);
  EXPECT(Hits.value() == 3 * Threads * Each);
  EXPECT(Largest.value() == Each * Threads - 1);
  std::vector<long> Values = All.value();
  long Sum = 0;
  for (long V : Values)
    Sum += V;
  EXPECT(Values.size() == Threads * Each / 100 &&
         Sum == Threads * 100 * (Each / 100) * (Each / 100 - 1) / 2);
  EXPECT(Hits.reset() == 3 * Threads * Each && Hits.value() == 0);
}

/// More threads than parts, one after the other and at a time.
static void manyThreads() {
  stm::counter Sum;
  for (int Round = 0; Round != 3; ++Round)
    onThreads(70, [&](unsigned) {
      for (int I = 0; I != 20; ++I)
        Sum += 1;
    });
  EXPECT(Sum.value() == 3 * 70 * 20);
}

/// Who reads sees all of each transaction or nothing, itself included.
static void readIsExact() {
  stm::counter A, B;
  alignas(64) long Plain = 0;
  std::atomic<bool> Stop{false};
  auto Check = [&] {
    long InA = A.value(), InB = B.value(), Of = Plain;
    EXPECT(InA == -InB && InA == Of);
    return InA;
  };
  Thread Reader([&] {
    long Last = 0;
    while (!Stop) {
      long Now = stm::atomic([&] { return Check(); });
      EXPECT(Now >= Last);
      Last = stm::snapshot([&] { return Check(); });
      EXPECT(Last >= Now);
    }
  });
  onThreads(3, [&](unsigned) {
    for (int I = 0; I != 1500; ++I)
      stm::atomic([&] {
        ++A;
        --B;
        ++Plain;
        if (I % 50 == 0)
          Check();
      });
  });
  Stop = true;
}

static void undone() {
  stm::counter C(5);
  stm::eventual<std::set<std::string>, stm::unite> Names;
  stm::try_atomic([&] {
    C += 100;
    Names.merge({"a"});
    EXPECT(C.value() == 105 && Names.value().size() == 1);
    stm::cancel();
  });
  EXPECT(C.value() == 5 && Names.value().empty());
  optimistically("merging", [&] {
    C -= 1;
    Names.merge({"b", "c"});
    Names.update([](auto &Mine) { Mine.insert("d"); });
    EXPECT(C.value() == 4);
  });
  EXPECT(C.value() == 4 &&
         Names.value() == std::set<std::string>({"b", "c", "d"}));
  EXPECT(Names.parts() >= 16);
}

/// Random transactions whose reads of the sum must fit one order.
static void inSomeOrder(uint64_t Seed) {
  stm::counter Sum;
  struct Note {
    uint64_t Step;
    long By, Seen;
  };
  alignas(64) uint64_t Next = 0;
  std::vector<std::vector<Note>> Notes(3);
  onThreads(3, [&](unsigned Self) {
    Numbers N(Seed * 3 + Self);
    for (int I = 0; I != 30; ++I) {
      long By = static_cast<long>(N.below(5));
      bool Reads = N.below(3) == 0;
      Notes[Self].push_back(stm::atomic([&] {
        Sum += By;
        return Note{Next++, By, Reads ? Sum.value() : -1};
      }));
    }
  });
  std::vector<Note> Order(90);
  for (auto &Of : Notes)
    for (Note &N : Of)
      Order[N.Step] = N;
  long Now = 0;
  for (Note &N : Order) {
    Now += N.By;
    EXPECT(N.Seen == -1 || N.Seen == Now);
  }
}

int main() {
  neverConflicts();
  manyThreads();
  readIsExact();
  undone();
  for (unsigned I = 0; I != workloads(30); ++I)
    inSomeOrder(I);
  expectOptimistic(0);
}
