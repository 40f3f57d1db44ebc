//===- e2e/Language/exception_leaves.cpp - an exception commits the block -===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the block has done stays; the exception goes on, with its own data.
//
// RUN: %levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -g
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <exception>
#include <stdexcept>
#include <string>

long Done = 0;

struct Tracked {
  static int Alive;
  std::string Text;
  explicit Tracked(const char *T) : Text(T) { ++Alive; }
  Tracked(const Tracked &Other) : Text(Other.Text) { ++Alive; }
  ~Tracked() { --Alive; }
};
int Tracked::Alive = 0;

int main() {
  try {
    stm::atomic([] {
      ++Done;
      throw Tracked("the text is longer than what fits in place");
    });
    EXPECT(false);
  } catch (const Tracked &T) {
    EXPECT(T.Text == "the text is longer than what fits in place");
    EXPECT(Tracked::Alive == 1);
    EXPECT(!stm_in_transaction());
  }
  EXPECT(Done == 1 && Tracked::Alive == 0);
  EXPECT(std::uncaught_exceptions() == 0);

  // Through destructors, and after a rollback.
  Rival Other;
  int Destroyed = 0;
  struct Guard {
    int &Count;
    ~Guard() { ++Count; }
  };
  try {
    stm::atomic([&] {
      Guard G{Destroyed};
      ++Done;
      Other.strike();
      throw std::runtime_error("from the second attempt");
    });
    EXPECT(false);
  } catch (const std::exception &E) {
    EXPECT(std::string(E.what()) == "from the second attempt");
  }
  EXPECT(Done == 2 && Destroyed == 1);
  EXPECT(stm::last_abort_info().attempts >= 1);

  // From a nested block, through both.
  try {
    stm::atomic([] {
      ++Done;
      stm::atomic([] {
        ++Done;
        throw 7;
      });
    });
    EXPECT(false);
  } catch (int Value) {
    EXPECT(Value == 7);
  }
  EXPECT(Done == 4 && !stm_in_transaction());

  // exception_ptr outlives the block.
  std::exception_ptr Kept;
  try {
    stm::atomic([] { throw Tracked("kept"); });
  } catch (...) {
    Kept = std::current_exception();
  }
  try {
    std::rethrow_exception(Kept);
  } catch (const Tracked &T) {
    EXPECT(T.Text == "kept");
  }
  Kept = nullptr;
  EXPECT(Tracked::Alive == 0);
}
