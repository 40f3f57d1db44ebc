//===- e2e/Language/exception_inside.cpp - thrown and caught in the block -===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Handlers, rethrow, unwinding through destructors and calls, and rollbacks in
// the middle of a handler.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <exception>
#include <stdexcept>
#include <string>

long Shared = 0;
int Destroyed = 0;

struct Guard {
  ~Guard() { ++Destroyed; }
};

__attribute__((noinline)) void deep(int Depth) {
  Guard G;
  if (Depth == 0)
    throw std::out_of_range("deep");
  deep(Depth - 1);
}

int main() {
  std::string What;
  stm::atomic([&] {
    try {
      deep(5);
    } catch (const std::invalid_argument &) {
      What = "wrong handler";
    } catch (const std::logic_error &E) {
      What = E.what();
    }
  });
  EXPECT(What == "deep" && Destroyed == 6);

  stm::atomic([] {
    try {
      try {
        Shared = 1;
        throw 5;
      } catch (int) {
        Shared += 1;
        throw; // Goes on to the outer one.
      }
    } catch (...) {
      Shared += 1;
    }
  });
  EXPECT(Shared == 3);

  // A rollback inside a handler: the second attempt throws again.
  Rival Other;
  stm::atomic([&] {
    Shared = 10;
    try {
      throw std::string("an object with memory of its own, which is undone");
    } catch (std::string &S) {
      S += "!";
      Other.strike();
      Shared += static_cast<long>(S.size());
    }
  });
  EXPECT(Shared == 10 + 50);
  EXPECT(std::uncaught_exceptions() == 0 && !std::current_exception());

  // A block inside a handler, with handlers of its own.
  try {
    throw 3;
  } catch (int Value) {
    stm::atomic([&] {
      try {
        throw static_cast<long>(Value);
      } catch (long L) {
        Shared = L;
      }
    });
    EXPECT(std::current_exception());
  }
  EXPECT(Shared == 3);

  stm::atomic([] {
    try {
      throw 1;
    } catch (int A) {
      try {
        throw 2;
      } catch (int B) {
        Shared = A * 10 + B;
      }
    }
  });
  EXPECT(Shared == 12);
}
