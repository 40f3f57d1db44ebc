//===- stress/allocation.cpp - malloc and free under contention -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks are allocated, filled, exchanged and freed in transactions while
// others read them. The allocator writes into what is freed, so a block that is
// freed before the last attempt that can read it has ended shows in its
// checksum; a block that a rollback frees although it is linked, or doesn't
// free, shows in the number of blocks.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

#include <cstring>

/// Blocks from operator new (allocation_plain.cpp).
extern std::atomic<long> Live;

namespace {

constexpr unsigned Slots = 16;
constexpr unsigned Words = 14;

struct Block {
  uint64_t Word[Words];
};

Block *Table[Slots];
Block *Raw[Slots]; // From malloc.

void fill(Block *B, uint64_t Seed) {
  for (unsigned I = 0; I != Words; ++I)
    B->Word[I] = Seed + I;
}

void verify(const Block *B) {
  for (unsigned I = 0; I != Words; ++I)
    INVARIANT(B->Word[I] == B->Word[0] + I);
}

void poison(Block *B) { memset(B, 0x5a, sizeof(Block)); }

void test(const stress::Config &C) {
  long Before = Live;
  for (unsigned I = 0; I != Slots; ++I) {
    fill(Table[I] = new Block, I);
    fill(Raw[I] = static_cast<Block *>(malloc(sizeof(Block))), I);
  }
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      uint64_t At = Next.below(Slots), To = Next.below(Slots);
      uint64_t Seed = Next() >> 8;
      switch (Next.below(6)) {
      case 0:
        stm::atomic("replace", [&] {
          Block *Fresh = new Block;
          fill(Fresh, Seed);
          Block *Old = Table[At];
          verify(Old);
          Table[At] = Fresh;
          poison(Old);
          delete Old;
        });
        break;
      case 1:
        stm::atomic("realloc", [&] {
          auto *Grown =
              static_cast<Block *>(realloc(Raw[At], 4 * sizeof(Block)));
          verify(Grown);
          Raw[At] = static_cast<Block *>(realloc(Grown, sizeof(Block)));
          fill(Raw[At], Seed);
        });
        break;
      case 2:
        stm::atomic("exchange", [&] {
          std::swap(Table[At], Table[To]);
          std::swap(Raw[At], Raw[To]);
        });
        break;
      case 3:
        stm::atomic("scratch", [&] {
          auto *Scratch = static_cast<Block *>(calloc(1, sizeof(Block)));
          INVARIANT(Scratch->Word[3] == 0);
          *Scratch = *Table[At];
          verify(Scratch);
          fill(Table[At], Seed);
          free(Scratch);
        });
        break;
      default:
        stm::atomic("read", [&] {
          verify(Table[At]);
          verify(Raw[To]);
        });
      }
    }
  });
  for (unsigned I = 0; I != Slots; ++I) {
    verify(Table[I]);
    delete Table[I];
    verify(Raw[I]);
    free(Raw[I]);
  }
  stm_collect(2); // Frees that waited for a snapshot.
  INVARIANT(Live == Before);
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 60000); }
