//===- micro/side.cpp - the transactions that are measured ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One source for all sides; atomically.h says what an atomic block is. It is
// compiled without vectorization: the plain loops would become vector code, and
// the comparison is meant to be one of scalar accesses.
//
//===----------------------------------------------------------------------===//

#include "side.h"
#include "../random.h"
#include "atomically.h"
#include "hash_set.h"
#include "red_black_tree.h"

#include <cstdlib>

// Out of line, so that no compiler sees more of the caller on one side than on
// another.
#define BENCH_NOINLINE __attribute__((noinline))

const int SideIsConcurrent = SideAllowsThreads;

BENCH_NOINLINE uint64_t runEmpty(uint64_t Times, uint64_t *Cell) {
  for (uint64_t I = 0; I < Times; ++I)
    emptyBlock(Cell == nullptr, Cell);
  return *Cell;
}

// What a block does is a function: a loop in the lambda would read what it has
// captured again in every round (the cells might be the closure's own memory),
// and it is accesses to the cells that are counted here.

BENCH_TX BENCH_NOINLINE static uint64_t readCells(const uint64_t *Cells,
                                                  size_t Count, size_t Stride) {
  uint64_t Sum = 0;
  for (size_t I = 0; I < Count; ++I)
    Sum += Cells[I * Stride];
  return Sum;
}

BENCH_TX BENCH_NOINLINE static void writeCells(uint64_t *Cells, size_t Count,
                                               size_t Stride, uint64_t Value) {
  for (size_t I = 0; I < Count; ++I)
    Cells[I * Stride] = Value + I;
}

uint64_t runReads(uint64_t Times, const uint64_t *Cells, size_t Count,
                  size_t Stride) {
  uint64_t Total = 0;
  for (uint64_t I = 0; I < Times; ++I) {
    Total += atomically([=] { return readCells(Cells, Count, Stride); });
    // The next round reads again.
    __asm__ volatile("" ::: "memory");
  }
  return Total;
}

void runWrites(uint64_t Times, uint64_t *Cells, size_t Count, size_t Stride) {
  for (uint64_t I = 0; I < Times; ++I)
    atomically([=] { writeCells(Cells, Count, Stride, I); });
}

uint64_t runReadsOneWrite(uint64_t Times, uint64_t *Cells, size_t Count) {
  for (uint64_t I = 0; I < Times; ++I)
    atomically([=] { Cells[0] = readCells(Cells + 1, Count, 1); });
  return Cells[0];
}

void runTransfers(uint64_t Times, uint64_t *Cells, size_t Count) {
  for (uint64_t I = 0; I < Times; ++I) {
    uint64_t *From = &Cells[I * 40503 % Count];
    uint64_t *To = &Cells[(I * 40503 + Count / 2) % Count];
    atomically([=] {
      *From -= 1;
      *To += 1;
    });
  }
}

// Compilers drop both calls where nobody could have looked at the memory.
BENCH_PURE static void lookAt(void *Memory) {
  __asm__ volatile("" ::"r"(Memory) : "memory");
}

BENCH_TX BENCH_NOINLINE static void allocateAndFree(size_t Count) {
  for (size_t I = 0; I < Count; ++I) {
    void *Memory = malloc(64);
    lookAt(Memory);
    free(Memory);
  }
}

void runAllocations(uint64_t Times, size_t Count) {
  for (uint64_t I = 0; I < Times; ++I)
    atomically([=] { allocateAndFree(Count); });
}

struct Container {
  ContainerKind Kind;
  uint64_t KeyRange;
  RedBlackTree Tree;
  HashSet Hash;
};

Container *makeContainer(ContainerKind Kind, uint64_t KeyRange) {
  auto *C = new Container();
  C->Kind = Kind;
  C->KeyRange = KeyRange;
  return C;
}

template <class Set> static void populateSet(Set &S, uint64_t KeyRange) {
  // In a scattered order: a tree filled in ascending order is a special one,
  // and its nodes lie in memory as they are visited.
  uint64_t Half = KeyRange / 2;
  for (uint64_t I = 0, Key = 0; I < Half; ++I, Key = (Key + 40503) % Half)
    S.insert(2 * Key);
}

void populate(Container *C) {
  if (C->Kind == TreeContainer)
    populateSet(C->Tree, C->KeyRange);
  else
    populateSet(C->Hash, C->KeyRange);
}

template <class Set>
BENCH_NOINLINE static int64_t runOnSet(Set *S, uint64_t KeyRange,
                                       uint64_t Times, unsigned UpdatePercent,
                                       uint64_t *Seed) {
  uint64_t Random = *Seed;
  int64_t Gained = 0;
  uint64_t Found = 0;
  for (uint64_t I = 0; I < Times; ++I) {
    uint64_t Key = (nextRandom(Random) >> 20) % KeyRange;
    uint64_t Dice = (nextRandom(Random) >> 20) % 200;
    if (Dice >= 2 * UpdatePercent)
      Found += atomically([=] { return S->contains(Key); });
    else if (Dice % 2)
      Gained += atomically([=] { return S->insert(Key); });
    else
      Gained -= atomically([=] { return S->erase(Key); });
  }
  // A lookup whose result nobody wants would be dropped.
  __asm__ volatile("" ::"r"(Found));
  *Seed = Random;
  return Gained;
}

int64_t runOperations(Container *C, uint64_t Times, unsigned UpdatePercent,
                      uint64_t *Seed) {
  return C->Kind == TreeContainer
             ? runOnSet(&C->Tree, C->KeyRange, Times, UpdatePercent, Seed)
             : runOnSet(&C->Hash, C->KeyRange, Times, UpdatePercent, Seed);
}

const char *check(const Container *C, uint64_t Elements) {
  return C->Kind == TreeContainer ? C->Tree.check(Elements)
                                  : C->Hash.check(Elements);
}
