//===- e2e/Language/exception_ptr.cpp ---------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// current_exception, rethrow_exception, make_exception_ptr and nested
// exceptions, rolled back on the way; references to exceptions from outside are
// exact afterwards.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <exception>
#include <stdexcept>
#include <string>

int Alive = 0;
struct Counted {
  int Value;
  explicit Counted(int Value) : Value(Value) { ++Alive; }
  Counted(const Counted &Other) : Value(Other.Value) { ++Alive; }
  ~Counted() { --Alive; }
};

std::exception_ptr Kept;
std::string What;

int main() {
  // Thrown inside, kept, thrown again outside.
  optimistically("current_exception", [] {
    try {
      throw Counted(1);
    } catch (...) {
      Kept = std::current_exception();
    }
  });
  EXPECT(Alive == 1);
  try {
    std::rethrow_exception(Kept);
  } catch (const Counted &C) {
    EXPECT(C.Value == 1);
  }

  // Thrown again inside, by several, and left alone by the rollback.
  optimistically("rethrow_exception", [] {
    for (int I = 0; I != 3; ++I)
      try {
        std::rethrow_exception(Kept);
      } catch (Counted &C) {
        auto Second = std::current_exception();
        EXPECT(Second == Kept);
        C.Value = 2;
      }
  });
  EXPECT(Alive == 1);
  optimistically("the last reference", [] { Kept = nullptr; });
  EXPECT(Alive == 0);

  // Caught outside, looked at inside.
  try {
    throw Counted(3);
  } catch (...) {
    optimistically("from outside", [] {
      auto Copy = std::current_exception();
      Kept = Copy;
    });
  }
  EXPECT(Alive == 1);
  Kept = nullptr;
  EXPECT(Alive == 0);

  optimistically("make_exception_ptr", [] {
    auto Made = std::make_exception_ptr(Counted(4));
    try {
      std::rethrow_exception(Made);
    } catch (const Counted &C) {
      EXPECT(C.Value == 4);
    }
    Made = nullptr;
    EXPECT(Alive == 0);
  });
  EXPECT(Alive == 0);

  optimistically("nested", [] {
    try {
      try {
        throw std::logic_error("inner");
      } catch (...) {
        std::throw_with_nested(std::runtime_error("outer "));
      }
    } catch (const std::exception &Outer) {
      What = Outer.what();
      try {
        std::rethrow_if_nested(Outer);
      } catch (const std::exception &Inner) {
        What += Inner.what();
      }
    }
  });
  EXPECT(What == "outer inner");

  // A rethrown one leaves the block: from an attempt that is validated and
  // fails, and from the one that commits.
  for (bool FromOutside : {false, true}) {
    if (FromOutside)
      Kept = std::make_exception_ptr(Counted(5));
    Rival Other;
    long Looked = 0;
    try {
      stm::atomic([&] {
        if (!FromOutside)
          try {
            throw Counted(5);
          } catch (...) {
            Kept = std::current_exception();
          }
        Looked += 1;
        Other.strike();
        std::rethrow_exception(Kept);
      });
      EXPECT(!"thrown");
    } catch (const Counted &C) {
      EXPECT(C.Value == 5 && Looked == 1);
    }
    EXPECT(Alive == 1);
    Kept = nullptr;
    EXPECT(Alive == 0);
  }

  // What a cancelled inner block has taken or given up is as before: nothing is
  // left over, nothing is destroyed too early.
  for (bool GivesUp : {false, true}) {
    std::exception_ptr Seen;
    stm::atomic([&] {
      std::exception_ptr Mine;
      try {
        throw Counted(7);
      } catch (...) {
        Mine = std::current_exception();
        stm::try_atomic([&] {
          std::exception_ptr Copies[] = {Mine, Mine, std::current_exception()};
          Kept = Copies[1];
          if (GivesUp)
            Mine = nullptr;
          stm::cancel();
          return 1;
        });
      }
      Seen = Mine;
    });
    EXPECT(!Kept && Seen && Alive == 1);
    Seen = nullptr;
    EXPECT(Alive == 0);
  }
  EXPECT(inevitableSoFar() == 0);
}
