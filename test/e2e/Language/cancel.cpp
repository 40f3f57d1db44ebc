//===- e2e/Language/cancel.cpp - blocks that are cancelled ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// stm::cancel undoes the innermost block and goes on after it: block
// statements, whatever their exits, callables, and functions; also from
// functions that are called in it, and inside other blocks.
//
// RUN: %levels %t %s %stmxx -Wall -Wextra -Werror
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <map>
#include <string>

alignas(64) long X = 0;
alignas(64) long Y = 0;

static int statement(bool Cancel) {
  int Local = 1;
  STM_ATOMIC {
    X = 5;
    Local = 2;
    if (Cancel)
      stm::cancel();
  }
  return Local;
}

/// What follows a block that returns on every other path.
static int returns(int How) {
  int Copied = 10;
  STM_ATOMIC {
    Copied = 20;
    X = 7;
    if (How == 0)
      stm::cancel();
    if (How == 1)
      return X + Copied;
    return -1;
  }
  return Copied;
}

static int inLoop() {
  int Kept = 0;
  for (int I = 0; I != 10; ++I) {
    STM_ATOMIC {
      ++X;
      if (I == 8)
        break;
      if (I % 2)
        stm::cancel();
      if (I % 4 == 0)
        continue;
    }
    ++Kept; // 1, 2, 3, 5, 6, 7
  }
  return Kept;
}

__attribute__((noinline)) static void cancelIf(bool Yes) {
  if (Yes)
    stm_cancel();
}

static void inner(bool Cancel) {
  STM_ATOMIC {
    ++Y;
    cancelIf(Cancel);
  }
}

STM_TRANSACTION static long function(bool Cancel) {
  ++X;
  cancelIf(Cancel);
  return X;
}

struct Object {
  std::string Text = "a text that doesn't fit into the string itself";
  ~Object() { X = 1000; }
};

int main() {
  EXPECT(statement(true) == 1 && X == 0);
  EXPECT(statement(false) == 2 && X == 5);
  X = 0;
  EXPECT(returns(0) == 10 && X == 0);
  EXPECT(returns(1) == 27 && X == 7);
  EXPECT(returns(2) == -1);
  X = 0;
  EXPECT(inLoop() == 6);
  EXPECT(X == 5); // 0, 2, 4, 6, 8

  X = 0;
  EXPECT(function(false) == 1);
  EXPECT(function(true) == 0 && X == 1);

  auto Value = stm::try_atomic([] {
    X = 9;
    cancelIf(true);
    return 4;
  });
  EXPECT(!Value && X == 1);
  Value = stm::try_atomic([] { return 4; });
  EXPECT(Value && *Value == 4);
  EXPECT(!stm::try_atomic([] { stm::cancel(); }));
  EXPECT(stm::try_atomic("named", [] {}));
  stm::atomic([] {
    X = 9;
    cancelIf(true);
  });
  EXPECT(X == 1);

  // Variables of a cancelled block have never been: no destructor runs.
  std::map<std::string, int> Map;
  STM_ATOMIC {
    Object O;
    Map[O.Text] = 1;
    Map["other"] = 2;
    stm::cancel();
  }
  EXPECT(Map.empty() && X == 1);
  Map["x"] = 1;
  EXPECT(Map.size() == 1);

  // Inside others only the innermost one is undone.
  X = Y = 0;
  for (int I = 0; I != 4; ++I) {
    long Between = 0;
    STM_ATOMIC {
      ++X;
      inner(I % 2);
      long Local = 0;
      long *Escaped = &Local;
      stm::atomic([&] {
        ++*Escaped;
        ++Between;
        ++X;
        cancelIf(I % 2);
      });
      EXPECT(Local == (I % 2 ? 0 : 1));
      EXPECT(Between == Local);
      int Got = stm::try_atomic([&] {
                  ++X;
                  cancelIf(I == 3);
                  return 1;
                }).value_or(0);
      EXPECT(Got == (I == 3 ? 0 : 1));
    }
    EXPECT(Between == (I % 2 ? 0 : 1));
  }
  EXPECT(Y == 2 && X == 4 + 2 + 3);

  stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.inevitable == 0);

  // The outermost one, from an alternative of an inner one.
  X = Y = 0;
  EXPECT(!stm::try_atomic([] {
    ++X;
    return stm::or_else([]() -> int { stm::retry(); },
                        []() -> int {
                          ++Y;
                          stm::cancel_outer();
                        });
  }));
  EXPECT(X == 0 && Y == 0);

  // Rolled back by others before it cancels, and after.
  X = Y = 0;
  Rival Before, After;
  STM_ATOMIC {
    ++X;
    Before.strike();
    stm::atomic([&] {
      ++X;
      ++Y;
      cancelIf(true);
    });
    EXPECT(X == 1 && Y == 0);
    After.strike();
  }
  EXPECT(X == 1 && Y == 0);

  // Many threads, which often cancel.
  X = Y = 0;
  onThreads(4, [](unsigned Self) {
    for (unsigned I = 0; I != 2000; ++I) {
      stm::atomic([&] {
        EXPECT(X == Y);
        ++X;
        stm::atomic([&] {
          X += 100;
          Y += 50;
          cancelIf((I + Self) % 3 != 0);
          X -= 100;
          Y -= 50;
        });
        ++Y;
        cancelIf(I % 2);
      });
    }
  });
  EXPECT(X == 4000 && Y == 4000);
}
