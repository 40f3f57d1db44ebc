//===- e2e/Language/or_else.cpp - STM_ATOMIC … STM_OR_ELSE … ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RUN: %levels %t %s %stmxx -Wall -Wextra -Werror
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <string>

alignas(64) long X = 0;
alignas(64) long Y = 0;

struct Guard {
  long &Count;
  ~Guard() { ++Count; }
};

/// 0, 1: that alternative; 2, 3: it is cancelled, and nothing is done.
static int choose(int How, long &Ended) {
  int Local = 1;
  Guard G{Ended};
  STM_ATOMIC {
    Guard Inner{Ended};
    Local = 2;
    ++X;
    if (How == 2)
      stm::cancel();
    if (How != 0)
      stm::retry();
    if (Local == 2)
      return 10;
  }
  STM_OR_ELSE {
    EXPECT(Local == 1 && X == 0);
    Local += 4;
    ++Y;
    if (How == 3)
      stm::cancel();
    if (How == 4)
      return 20;
    if (How == 5)
      throw std::string("a text that doesn't fit into the string itself");
  }
  return Local;
}

static void reset() { X = Y = 0; }

int main() {
  long Ended = 0;
  EXPECT(choose(0, Ended) == 10 && X == 1 && Y == 0 && Ended == 2);
  reset();
  EXPECT(choose(1, Ended) == 5 && X == 0 && Y == 1 && Ended == 3);
  reset();
  EXPECT(choose(2, Ended) == 1 && X == 0 && Y == 0 && Ended == 4);
  EXPECT(choose(3, Ended) == 1 && X == 0 && Y == 0 && Ended == 5);
  EXPECT(choose(4, Ended) == 20 && Y == 1);
  reset();
  try {
    choose(5, Ended);
    EXPECT(false);
  } catch (const std::string &Text) {
    EXPECT(Text.size() == 46 && Y == 1 && X == 0);
  }

  // In loops, in each other, and in other blocks.
  reset();
  long Firsts = 0, Seconds = 0, Thirds = 0;
  for (int I = 0; I != 12; ++I) {
    STM_ATOMIC {
      if (I == 10)
        continue;
      if (I % 3)
        stm::retry();
      ++Firsts;
    }
    STM_OR_ELSE {
      STM_ATOMIC {
        if (I % 3 == 1)
          stm::retry();
        ++Seconds;
      }
      STM_OR_ELSE {
        if (I == 7)
          break;
        ++Thirds;
      }
    }
  }
  EXPECT(Firsts == 3 && Seconds == 2 && Thirds == 2);
  STM_ATOMIC {
    X = 1;
    STM_ATOMIC {
      X = 2;
      stm::retry();
    }
    STM_OR_ELSE { ++X; }
    EXPECT(X == 2);
  }
  EXPECT(X == 2);
  if (X == 3)
    STM_ATOMIC { X = 4; }
  EXPECT(X == 2);

  // Both wait: for what either has read. Rolled back by others.
  reset();
  onThreads(3, [](unsigned Self) {
    for (long I = 0; I != 1000; ++I)
      if (Self == 0) {
        STM_ATOMIC {
          if (X == 0)
            stm::retry();
          --X;
        }
        STM_OR_ELSE {
          if (Y == 0)
            stm::retry();
          --Y;
        }
      } else if (I % 2) {
        long &Mine = Self == 1 ? X : Y;
        STM_ATOMIC { ++Mine; }
      }
  });
  EXPECT(X == 0 && Y == 0);
  EXPECT(inevitableSoFar() == 0);
}
