//===- e2e/Language/block_nested.cpp - blocks in blocks -------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Flat: one transaction, whichever way they nest.
//
// RUN: %levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -g
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long Global = 0;

uint64_t commitsSoFar() {
  stm_stats Stats;
  stm_get_stats(&Stats);
  return Stats.commits;
}

long blocks(int Depth) {
  Rival Other;
  long Local = 0;
  STM_ATOMIC {
    ++Local;
    ++Global;
    STM_ATOMIC {
      ++Local;
      ++Global;
      long Own = Local;
      for (int I = 0; I < 3; ++I)
        STM_ATOMIC_NAMED("innermost") {
          Own += I;
          Local += Own;
          if (I == Depth)
            return Local;
          if (I == 2)
            break;
        }
      Other.strike();
      EXPECT(Global == 2);
    }
    ++Local;
  }
  return Local * 100;
}

struct Thrown {};

long throwsThroughTwo() {
  long Local = 0;
  try {
    STM_ATOMIC {
      try {
        STM_ATOMIC {
          ++Local;
          throw Thrown();
        }
      } catch (int) {
        Local = -1;
      }
      Local = -2;
    }
  } catch (Thrown) {
    Local += 10;
  }
  STM_ATOMIC {
    try {
      STM_ATOMIC { throw Thrown(); }
    } catch (Thrown) {
      Local += 100;
    }
  }
  return Local;
}

[[gnu::noinline]] long called(long X) {
  long Y = X;
  STM_ATOMIC {
    Global += X;
    ++Y;
    if (Y > 10)
      return -Y;
  }
  return Y;
}

STM_TRANSACTION long marked(long X) {
  long Sum = 0;
  STM_ATOMIC { Sum += called(X); }
  STM_ATOMIC {
    Sum += called(X + 1);
    return Sum;
  }
}

int main() {
  EXPECT(blocks(-1) == 1300 && Global == 2 && commitsSoFar() == 2);
  Global = 0;
  EXPECT(blocks(0) == 4);
  EXPECT(throwsThroughTwo() == 111);

  Global = 0;
  uint64_t Before = commitsSoFar();
  EXPECT(marked(1) == 5 && Global == 3 && marked(10) == -23);
  EXPECT(commitsSoFar() == Before + 2);

  Rival Other;
  Global = 0;
  long Local = 0;
  stm::atomic([&] {
    STM_ATOMIC { Local += called(1); }
    Other.strike();
    Local += marked(2);
  });
  EXPECT(Local == 2 + 7 && Global == 1 + 2 + 3);
  STM_ATOMIC {
    stm::atomic([&] { ++Local; });
    STM_ATOMIC { ++Local; }
  }
  EXPECT(Local == 11 && inevitableSoFar() == 0);
}
