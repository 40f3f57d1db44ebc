//===- e2e/Language/block_exceptions.cpp - exceptions and STM_ATOMIC ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Caught inside, outside, or in both; a block shares cleanups and handlers with
// code around it. An exception that leaves commits.
//
// RUN: %levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -g
// RUN: %if !sanitized %{ %two_levels %t %s %stmxx -fsanitize=undefined -fno-sanitize-recover=all %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long Global = 0;
long Destroyed = 0;
struct D {
  ~D() { ++Destroyed; }
};
struct Base {
  long N = 0;
};
struct Derived : Base {};

[[gnu::noinline]] void may(int What) {
  if (What == 1)
    throw 1;
  if (What == 2)
    throw 2L;
  if (What == 3)
    throw Derived{{3}};
}

long caughtInside(int What) {
  Rival Other;
  long Result = 0;
  STM_ATOMIC {
    try {
      ++Global;
      may(What);
      Result = 100;
    } catch (int X) {
      Result = X;
    } catch (const Base &X) {
      Result = X.N;
    } catch (...) {
      Result = -1;
    }
    Other.strike();
  }
  return Result;
}

long caughtOutside(int What) {
  Rival Other;
  long Local = 0;
  try {
    D Around;
    STM_ATOMIC {
      ++Global;
      ++Local;
      Other.strike();
      may(What);
      Local += 10;
    }
    EXPECT(What == 0);
  } catch (int X) {
    return 1000 + X + Local;
  } catch (const Base &X) {
    return 2000 + X.N + Local;
  }
  return Local;
}

/// Types inside and outside, the one inside first; what is thrown in a handler.
long caughtInBoth(int What) {
  long Local = 0;
  try {
    STM_ATOMIC {
      try {
        may(What);
      } catch (long X) {
        Local = X;
        may(1);
      } catch (const Derived &X) {
        Local = X.N;
        throw;
      }
      Local += 50;
    }
    try {
      may(What);
    } catch (long) {
      EXPECT(false);
    }
  } catch (int X) {
    return 1000 + Local + X;
  } catch (const Base &X) {
    return 2000 + Local + X.N;
  } catch (long) {
    return -1;
  }
  return Local;
}

/// The same object is destroyed for both.
void sharedCleanup(int First, int Second) {
  D Object;
  STM_ATOMIC {
    ++Global;
    may(First);
  }
  may(Second);
}

long nothrow(int What) noexcept {
  long Local = 0;
  STM_ATOMIC {
    D Inside;
    try {
      may(What);
    } catch (...) {
      ++Local;
    }
    may(0);
  }
  may(0);
  return Local;
}

/// By way of a loop and out of a handler.
long outOfHandlers() {
  long Sum = 0;
  for (int I = 0; I < 10; ++I) {
    try {
      STM_ATOMIC {
        try {
          may(I % 4);
          ++Sum;
        } catch (int) {
          continue;
        } catch (long) {
          Sum += 10;
          if (I > 5)
            break;
        }
      }
    } catch (const Base &X) {
      Sum += 100;
      continue;
    }
    Sum += 1000;
  }
  return Sum;
}

long blockInHandler(int What) {
  long Local = 0;
  try {
    may(What);
  } catch (int X) {
    Rival Other;
    STM_ATOMIC {
      ++Global;
      Local += X;
      Other.strike();
      return Local;
    }
  } catch (long) {
    try {
      STM_ATOMIC { throw; }
    } catch (long Y) {
      return Y * 10;
    }
  }
  return Local;
}

template <class F> bool throws(F Body) {
  try {
    Body();
  } catch (...) {
    EXPECT(!stm_in_transaction());
    return true;
  }
  return false;
}

int main() {
  EXPECT(caughtInside(0) == 100 && caughtInside(1) == 1);
  EXPECT(caughtInside(2) == -1 && caughtInside(3) == 3 && Global == 4);

  EXPECT(caughtOutside(0) == 11 && Destroyed == 1);
  EXPECT(caughtOutside(1) == 1002 && Destroyed == 2);
  EXPECT(caughtOutside(3) == 2004 && Destroyed == 3 && Global == 7);
  EXPECT(throws([] { caughtOutside(2); }) && Destroyed == 4 && Global == 8);

  EXPECT(caughtInBoth(0) == 50 && caughtInBoth(1) == 1001);
  EXPECT(caughtInBoth(2) == 1003 && caughtInBoth(3) == 2006);

  Destroyed = 0;
  sharedCleanup(0, 0);
  EXPECT(Destroyed == 1 && Global == 9);
  EXPECT(throws([] { sharedCleanup(1, 0); }) && Destroyed == 2);
  EXPECT(throws([] { sharedCleanup(0, 2); }) && Destroyed == 3 && Global == 11);

  EXPECT(nothrow(1) == 1 && nothrow(0) == 0);
  // 0 1000+1, 1 -, 2 1000+10, 3 100, 4 1000+1, 5 -, 6 10 and out
  EXPECT(outOfHandlers() == 1001 + 1010 + 100 + 1001 + 10);
  EXPECT(blockInHandler(0) == 0 && blockInHandler(1) == 1);
  EXPECT(blockInHandler(2) == 20 && throws([] { blockInHandler(3); }));
  // The one that rethrows what was caught outside.
  EXPECT(inevitableSoFar() == 1);
}
