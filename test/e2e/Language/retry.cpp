//===- e2e/Language/retry.cpp - waiting for a condition ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A bounded buffer between threads, in block statements and callables, and
// alternatives between two of them.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <deque>

template <class T> class Buffer {
public:
  explicit Buffer(size_t Most) : Most(Most) {}
  void put(T Item) {
    STM_ATOMIC {
      if (Items.size() == Most)
        stm::retry();
      Items.push_back(Item);
    }
  }
  T take() {
    return stm::atomic([&] {
      if (Items.empty())
        stm_retry();
      T Item = Items.front();
      Items.pop_front();
      return Item;
    });
  }

private:
  std::deque<T> Items;
  size_t Most;
};

constexpr long Each = 2000;
Buffer<long> A(3), B(1);
long Total = 0;

int main() {
  // Takes from either, as in a select.
  onThreads(4, [](unsigned Self) {
    if (Self < 2) {
      for (long I = 1; I <= Each; ++I)
        (Self ? A : B).put(I);
      return;
    }
    for (long I = 0; I != Each; ++I) {
      long Item =
          Self == 2
              ? stm::or_else([] { return A.take(); }, [] { return B.take(); })
              : stm::or_else([] { return B.take(); }, [] { return A.take(); });
      stm::atomic([&] { Total += Item; });
    }
  });
  EXPECT(Total == Each * (Each + 1));

  // What the first alternative did is undone, nested ones too.
  long X = 0, Y = 0;
  int Which = stm::or_else(
      [&] {
        ++X;
        return stm::or_else(
            [&]() -> int {
              ++X;
              if (Y == 0)
                stm::retry();
              return 1;
            },
            [&]() -> int {
              EXPECT(X == 1);
              ++X;
              if (Y == 0)
                stm::retry();
              return 2;
            });
      },
      [&] {
        EXPECT(X == 0);
        X = 10;
        return 3;
      });
  EXPECT(Which == 3 && X == 10);

  // In a larger transaction.
  stm::atomic([&] {
    X = 1;
    stm::or_else(
        [&] {
          X = 2;
          stm::retry();
        },
        [&] { ++X; });
    EXPECT(X == 2);
  });
  EXPECT(X == 2);

  stm::or_else(
      [&] {
        X = 5;
        stm::cancel();
      },
      [&] { X = 6; });
  EXPECT(X == 2);

  stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.retries > 0);
}
