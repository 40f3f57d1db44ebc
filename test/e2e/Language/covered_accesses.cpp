//===- e2e/Language/covered_accesses.cpp - of what is locked already ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stores and loads of what the same function has stored to before have no
// barrier. Whatever happens between the two, they are undone with the block that
// they are in, and only with that, and nobody sees what isn't committed.
//
// RUN: %at_O2 %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>

struct alignas(64) Thing {
  long A = 0, B = 0, C = 0, D = 0;
};
Thing X;
alignas(64) long Other = 0;

/// Nobody knows what this does.
__attribute__((noinline)) static void call(void (*F)()) {
  asm("" : "+r"(F));
  F();
}
static void nothing() {}

/// All of \p P is stored to, and then again.
__attribute__((noinline)) static void storeTwice(Thing *P, void (*Between)(),
                                                 long After) {
  P->A = 1;
  P->B = 1;
  call(Between);
  long Now = P->A;
  EXPECT(Now == After);
  P->A = Now + 10;
  call(nothing);
  EXPECT(P->A == After + 10 && P->B == 1);
  P->A = P->B + P->A;
}

static void cancelled() {
  EXPECT(!stm::try_atomic([] {
    X.A = 5;
    X.C = 5;
    stm::cancel();
  }));
}
static void committed() {
  EXPECT(stm::try_atomic([] { X.A = 5; }));
}
static void thrown() {
  try {
    stm::atomic(stm::cancel_on_throw, [] {
      storeTwice(&X, nothing, 1);
      throw 1;
    });
  } catch (int) {
  }
}
static void chosen() {
  stm::or_else(
      [] {
        X.A = 6;
        stm::retry();
      },
      [] { X.D = 7; });
}
static void twice() {
  EXPECT(!stm::try_atomic([] {
    storeTwice(&X, cancelled, 1);
    stm::cancel();
  }));
}
static void inevitable() { stm_become_inevitable("the test"); }

/// In a block that ends, and in one that is undone.
static void test(void (*Between)(), long After) {
  X = {};
  EXPECT(stm::try_atomic([=] { storeTwice(&X, Between, After); }));
  EXPECT(X.A == After + 11 && X.B == 1 && X.C == 0);
  if (Between == inevitable)
    return;
  X = {};
  EXPECT(!stm::try_atomic([=] {
    storeTwice(&X, Between, After);
    stm::cancel();
  }));
  EXPECT(X.A == 0 && X.B == 0 && X.C == 0 && X.D == 0);
  // The inner block is undone, what the outer one has done stays.
  stm::atomic([=] {
    X.A = 3;
    EXPECT(!stm::try_atomic([=] {
      storeTwice(&X, Between, After);
      stm::cancel();
    }));
    EXPECT(X.A == 3 && X.B == 0);
    call(nothing);
    X.A = X.A + 1;
  });
  EXPECT(X.A == 4);
}

/// What is copied to itself is not written.
__attribute__((noinline)) static void copyThenStore(Thing *To, Thing *From) {
  *To = *From;
  call(nothing); // Or less would be copied.
  To->A = 9;
  call(nothing);
  EXPECT(From->A == 9);
  To->A = From->A + 1;
}

static void testCopyOfItself() {
  X = {};
  X.A = 2;
  Thing *To = &X, *From = &X;
  asm("" : "+r"(To), "+r"(From));
  Rival R;
  stm::atomic([&, To, From] {
    EXPECT(X.A == 2);
    copyThenStore(To, From);
    R.strike();
  });
  EXPECT(X.A == 10);
}

/// A snapshot that begins between two stores sees neither.
static void testSnapshotBetween() {
  X = {};
  Step = 0;
  static auto Begun = [] {
    reached(1);
    await(2);
  };
  Thread Reader([] {
    await(1);
    stm::snapshot([] {
      EXPECT(Other == 0);
      reached(2);
      EXPECT(X.A == 0 && X.B == 0);
    });
  });
  stm::atomic([] { storeTwice(&X, [] { Begun(); }, 1); });
  EXPECT(X.A == 12);
}

/// Nor does somebody whose transaction is to be rolled back.
static void testRolledBack() {
  X = {};
  Rival R;
  stm::atomic([&] {
    EXPECT(X.A == 0 && X.B == 0);
    storeTwice(&X, nothing, 1);
    R.strike();
  });
  EXPECT(X.A == 12 && X.B == 1);
}

int main() {
  test(nothing, 1);
  test(cancelled, 1);
  test(committed, 5);
  test(thrown, 1);
  test(chosen, 1);
  test(twice, 1);
  test(inevitable, 1);
  testCopyOfItself();
  testSnapshotBetween();
  testRolledBack();
  return 0;
}
