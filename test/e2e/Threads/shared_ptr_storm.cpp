//===- e2e/Threads/shared_ptr_storm.cpp - counts under conflicts -*- C++ -*-==//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads replace, copy, keep and drop what a few slots hold, in transactions,
// snapshots and plainly. No object is destroyed while somebody has it, each is
// destroyed once, and in the end the counts are what they should be.
//
// (A sanitizer's free doesn't wait for snapshots, which still look at the
// counts: with one, who may drop the last reference plainly waits for them
// before.)
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <memory>

constexpr long Intact = 0x1234567;
std::atomic<long> Made{0}, Destroyed{0};
STM_PURE void countDestroyed() { ++Destroyed; }

struct Object {
  long State = Intact;
  ~Object() {
    State = 0;
    stm_in_transaction() ? countAfterwards() : countDestroyed();
  }
  /// Attempts at destroying may be repeated.
  void countAfterwards();
  std::shared_ptr<long> Counter;
};
long DestroyedInTransactions = 0;
void Object::countAfterwards() { ++DestroyedInTransactions; }

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
void beforeDropping() { stm_quiesce(); }
#else
void beforeDropping() {}
#endif
void drop(std::shared_ptr<Object> &P) {
  beforeDropping();
  P.reset();
}

constexpr unsigned Slots = 4;
struct alignas(64) Slot {
  std::shared_ptr<Object> Strong;
  std::weak_ptr<Object> Weak;
};
Slot All[Slots];

void work(unsigned Thread) {
  unsigned Random = Thread * 7919 + 1;
  std::shared_ptr<Object> Kept;
  const int Rounds = getenv("STM_TEST_LONG") ? 2000000 : 20000;
  for (int I = 0; I != Rounds; ++I) {
    Random = Random * 1103515245 + 12345;
    Slot &From = All[(Random >> 16) % Slots], &To = All[(Random >> 20) % Slots];
    switch ((Random >> 24) % 6) {
    case 0: {
      auto New = std::make_shared<Object>();
      ++Made;
      stm::atomic([&] {
        From.Strong = New;
        From.Weak = New;
      });
      drop(New);
      break;
    }
    case 1:
      drop(Kept);
      Kept = stm::atomic([&] {
        auto Copy = From.Strong;
        EXPECT(!Copy || Copy->State == Intact);
        return Copy;
      });
      break;
    case 2:
      stm::atomic([&] { std::swap(From.Strong, To.Strong); });
      break;
    case 3:
      stm::atomic([&] {
        if (auto Locked = From.Weak.lock()) {
          EXPECT(Locked->State == Intact);
          To.Strong = Locked;
        }
      });
      break;
    case 4:
      drop(Kept);
      Kept = stm::snapshot([&] { return From.Strong; });
      break;
    default:
      stm::atomic([&] {
        From.Strong = Kept;
        To.Weak = Kept;
      });
      break;
    }
    EXPECT(!Kept || Kept->State == Intact);
  }
  drop(Kept);
}

int main() {
  onThreads(4, work);
  for (Slot &S : All)
    EXPECT(!S.Strong || S.Strong->State == Intact);
  for (Slot &S : All)
    stm::atomic([&] {
      S.Strong.reset();
      S.Weak.reset();
    });
  EXPECT(Destroyed + DestroyedInTransactions == Made);
  EXPECT(Made > 1000);
}
