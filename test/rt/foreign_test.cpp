//===- rt/foreign_test.cpp - objects of libraries in attempts ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/foreign.h"

#include "stm/stm.hpp"
#include "tx_testing.h"

#include <string>

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

class ForeignTest : public Counting {
protected:
  ForeignTest() { Destroyed.clear(); }

  static inline std::string Destroyed;

  /// One of a library's.
  struct Thing {
    uintptr_t Mark = 0;
    char Name = 0;

    static ForeignObjects::Marks marksOf(const void *Self) {
      return {static_cast<const Thing *>(Self)->Mark};
    }
    static void destroy(void *Self) {
      Destroyed += static_cast<Thing *>(Self)->Name;
    }
  };
  static constexpr ForeignObjects::Class Things = {
      sizeof(Thing), Thing::marksOf, Thing::destroy};

  /// Runs \p Body as an inner block that can be undone by itself.
  template <class F> static Outcome inScope(F Body) {
    return runScope(*CurrentTx, call<F>, call<F>, &Body, STM_CATCH_RETRY, 0);
  }
  template <class F> static void call(void *Body) {
    (*static_cast<F *>(Body))();
  }

  static size_t add(ForeignObjects &To, Thing &T, char Name) {
    T.Name = Name;
    EXPECT_TRUE(To.makeRoom());
    return To.add(&T, Things, 0);
  }
};

TEST_F(ForeignTest, WhatIsLeftIsDestroyedNewestFirst) {
  ForeignObjects Objects;
  Thing A, B, C, D;
  add(Objects, A, 'a');
  add(Objects, B, 'b');
  add(Objects, C, 'c');
  add(Objects, D, 'd');
  Objects.forget(&B, 0);
  Objects.forget(&Destroyed, 0); // None of these.
  Objects.forget(&D, 0);
  Objects.destroy(2);
  EXPECT_EQ(Destroyed, "c");
  Objects.destroy(0);
  EXPECT_EQ(Destroyed, "ca");
  EXPECT_TRUE(Objects.empty());
}

TEST_F(ForeignTest, PlacesAreUsedAgain) {
  ForeignObjects Objects;
  Thing Two[2];
  add(Objects, Two[0], 'a');
  add(Objects, Two[1], 'b');
  for (int I = 0; I != 100; ++I) { // Never the last one.
    Thing &Oldest = Two[I % 2];
    Objects.forget(&Oldest, 0);
    add(Objects, Oldest, 'c');
  }
  EXPECT_EQ(Objects.size(), 2u);
  Objects.forget(&Two[0], 2); // It may stand before somebody's mark.
  Objects.forget(&Two[1], 2);
  EXPECT_EQ(Objects.size(), 2u);
  EXPECT_EQ(Objects.find(&Two[0], 0), ForeignObjects::None);
}

TEST_F(ForeignTest, FindsWhatAnAddressIsIn) {
  ForeignObjects Objects;
  Thing Two[2];
  add(Objects, Two[0], 'a');
  add(Objects, Two[1], 'b');
  EXPECT_EQ(Objects.find(&Two[0], 0), 0u);
  EXPECT_EQ(Objects.find(&Two[0].Name, 0), 0u);
  EXPECT_EQ(Objects.address(0), reinterpret_cast<char *>(Two));
  EXPECT_EQ(&Objects.classOf(0), &Things);
  EXPECT_EQ(Objects.find(&Two[0].Name, 1), ForeignObjects::None); // Older.
  EXPECT_EQ(Objects.find(&Two[1].Name, 1), 1u);
  EXPECT_EQ(Objects.find(Two + 2, 0), ForeignObjects::None);
  EXPECT_EQ(Objects.find(Two, 7), ForeignObjects::None);
}

TEST_F(ForeignTest, WhatHasBeenLeftWithoutDestructorIsForgotten) {
  ForeignObjects Objects;
  Thing Old;
  add(Objects, Old, 'a');
  Thing *Again = new (&Old) Thing; // In its place.
  add(Objects, *Again, 'b');
  Thing Other;
  add(Objects, Other, 'c');
  Other.Mark = 1; // Something else is there by now.
  Thing Changed;
  size_t Which = add(Objects, Changed, 'd');
  Objects.begin(Which);
  Changed.Mark = 2; // The library's doing.
  Objects.end(Which);
  Objects.destroy(0);
  EXPECT_EQ(Destroyed, "db");
}

TEST_F(ForeignTest, WhatTheLibraryWorksOnIsLeftAlone) {
  ForeignObjects Objects;
  Thing A, B;
  add(Objects, A, 'a');
  Objects.begin(add(Objects, B, 'b'));
  Objects.destroy(0);
  EXPECT_EQ(Destroyed, "a");
  Objects.end(1); // Nothing is there any more.
}

TEST_F(ForeignTest, DestructorsMayRunTransactions) {
  static constexpr ForeignObjects::Class Runs = {
      sizeof(Thing), Thing::marksOf, [](void *Self) {
        atomically([] {
          Thing Another;
          add(CurrentTx->Foreign, Another, '!');
          CurrentTx->IsUnusual = true;
        });
        Thing::destroy(Self);
      }};
  int Attempts = 0;
  atomically([&] {
    Thing A, B;
    A.Name = 'a';
    B.Name = 'b';
    for (Thing *T : {&A, &B}) {
      EXPECT_TRUE(CurrentTx->Foreign.makeRoom());
      CurrentTx->addForeign(T, Runs);
    }
    if (Attempts++ == 0)
      rollBackNow();
  });
  EXPECT_EQ(Destroyed, "ba");
}

TEST_F(ForeignTest, ACommitForgetsAndARollbackDestroys) {
  int Attempts = 0;
  atomically([&] {
    Thing Inside;
    Inside.Name = 'x';
    EXPECT_TRUE(CurrentTx->Foreign.makeRoom());
    CurrentTx->addForeign(&Inside, Things);
    if (Attempts++ == 0)
      rollBackNow();
  });
  EXPECT_EQ(Attempts, 2);
  EXPECT_EQ(Destroyed, "x");
  EXPECT_TRUE(CurrentTx->Foreign.empty());
}

TEST_F(ForeignTest, AnInnerBlockHasItsOwn) {
  atomically([&] {
    Thing Outer;
    Outer.Name = 'o';
    EXPECT_TRUE(CurrentTx->Foreign.makeRoom());
    CurrentTx->addForeign(&Outer, Things);
    for (bool Cancels : {true, false})
      inScope([&] {
        Thing Inner;
        Inner.Name = 'i';
        EXPECT_TRUE(CurrentTx->Foreign.makeRoom());
        CurrentTx->addForeign(&Inner, Things);
        EXPECT_EQ(CurrentTx->ownForeign(&Outer), ForeignObjects::None);
        EXPECT_EQ(CurrentTx->ownForeign(&Inner), 1u);
        if (Cancels)
          CurrentTx->cancel(0);
      });
    EXPECT_EQ(CurrentTx->Foreign.size(), 1u); // The frame is gone.
    EXPECT_EQ(CurrentTx->ownForeign(&Outer), 0u);
  });
  EXPECT_EQ(Destroyed, "i");
}

} // namespace
