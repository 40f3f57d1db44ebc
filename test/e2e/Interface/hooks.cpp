//===- e2e/Interface/hooks.cpp - what runs after the end --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <memory>
#include <pthread.h>
#include <string>

alignas(64) long X = 0;
std::string Log; // By one thread at a time, outside of transactions.
std::atomic<int> Alive{0};

struct Counted {
  std::string Text = "a text that doesn't fit into the string itself";
  STM_PURE static void born() { ++Alive; }
  STM_PURE static void gone() { --Alive; }
  Counted() { born(); }
  Counted(Counted &&Other) : Text(std::move(Other.Text)) { born(); }
  ~Counted() { gone(); }
};

static void inC(void *Letter) {
  EXPECT(!stm_in_transaction());
  Log += *static_cast<char *>(Letter);
}

int main() {
  static char A = 'a', B = 'b';
  Rival Other;
  std::atomic<int> Attempts{0};
  struct Count {
    STM_PURE static int next(std::atomic<int> &N) { return ++N; }
  };
  stm::atomic([&] {
    int Attempt = Count::next(Attempts);
    ++X;
    stm::on_abort([Attempt] {
      EXPECT(X == 0 && !stm_in_transaction());
      Log += std::to_string(Attempt);
    });
    stm_on_abort(inC, &A);
    stm_on_commit(inC, &B);
    auto Owned = std::make_unique<std::string>("owned");
    stm::on_commit([Owned = std::move(Owned)] {
      stm::atomic([] { EXPECT(X == 1); }); // Hooks may.
      Log += *Owned;
    });
    Other.strike();
  });
  // Once at least; again where the other thread is late to unlock.
  EXPECT(Attempts > 1);
  std::string Expected;
  for (int I = 1; I != Attempts; ++I)
    Expected += "a" + std::to_string(I);
  EXPECT(Log == Expected + "bowned");

  // Destroyed once, whatever the number of attempts.
  Log.clear();
  Rival Another;
  int Before = Alive;
  stm::atomic([&] {
    stm::on_commit([C = Counted()] { Log += C.Text[0]; });
    Another.strike();
  });
  EXPECT(Log == "a");
  // The rolled back attempt's has never been: its count is no memory that a
  // rollback restores.
  EXPECT(Alive == Before + 1);

  // A thread that ends inside commits, and its hooks run.
  Log.clear();
  {
    Thread Ends([] {
      stm::atomic([] {
        stm_on_commit(inC, &A);
        stm_become_inevitable("the end of a thread");
        pthread_exit(nullptr);
      });
    });
  }
  EXPECT(Log == "a");
  EXPECT(inevitableSoFar() == 1);
}
