//===- rt/turn_test.cpp - commits in a given order --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/turn.h"

#include "tx_testing.h"

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

/// One call; Cancelled: it is to be called again when it is its turn.
template <class F> Outcome inTurn(stm_turns &Turns, uint64_t Index, F &&What) {
  auto Run = [](void *Arg) {
    (*static_cast<std::remove_reference_t<F> *>(Arg))();
  };
  Body Function = Run;
  __stm_next_in_turn(&Turns, Index);
  return runTransaction(Function, Function, &What, nullptr);
}

class TurnTest : public Counting {
protected:
  stm_turns Turns = {0, 0};
  Cell X, Y;
  Steps At;
};

TEST_F(TurnTest, TheLaterOneRunsAheadAndCommitsAfterTheEarlierOne) {
  Outcome How = Outcome::Cancelled;
  std::thread Later([&] {
    How = inTurn(Turns, 1, [&] {
      write(X.Value, read(X.Value) + 1);
      At.reach(1);
    });
    At.reach(2);
  });
  At.await(1);
  EXPECT_FALSE(At.happens(2));
  EXPECT_TRUE(X.orec().load().isLocked());
  EXPECT_EQ(inTurn(Turns, 0, [&] { write(Y.Value, 1); }), Outcome::Done);
  Later.join();
  EXPECT_EQ(How, Outcome::Done);
  EXPECT_EQ(X.Value, 1u);
  EXPECT_EQ(Turns.now, 2u);
}

TEST_F(TurnTest, WhatAnEarlierOneChangesIsReadAgain) {
  uint64_t Seen = 0;
  std::thread Later([&] {
    while (inTurn(Turns, 1, [&] {
             Seen = read(X.Value); // Writes nothing.
             At.reach(1);
           }) != Outcome::Done) {
    }
  });
  At.await(1);
  inTurn(Turns, 0, [&] { write(X.Value, 5); });
  Later.join();
  EXPECT_EQ(Seen, 5u);
}

TEST_F(TurnTest, TheOneInFrontGetsALockOfTheLaterOnes) {
  Outcome How = Outcome::Done;
  std::thread Later([&] {
    How = inTurn(Turns, 1, [&] {
      write(X.Value, 7);
      At.reach(1);
    });
  });
  At.await(1);
  EXPECT_EQ(inTurn(Turns, 0, [&] { write(X.Value, read(X.Value) + 1); }),
            Outcome::Done);
  Later.join();
  EXPECT_EQ(How, Outcome::Cancelled);
  EXPECT_EQ(X.Value, 1u);
  EXPECT_EQ(Turns.now, 1u);
}

TEST_F(TurnTest, WhoeverWaitsGivesWayToAnInevitableOne) {
  Outcome How = Outcome::Done;
  std::thread Later([&] {
    How = inTurn(Turns, 1, [&] {
      write(X.Value, 7);
      At.reach(1);
    });
  });
  At.await(1);
  atomically([&] {
    CurrentTx->becomeInevitable("a test", 0);
    EXPECT_EQ(X.Value, 0u);
  });
  Later.join();
  EXPECT_EQ(How, Outcome::Cancelled);
}

TEST_F(TurnTest, NothingBecomesInevitableBeforeItsTurn) {
  bool Reached = false;
  auto Body = [&] {
    CurrentTx->becomeInevitable("a test", 0);
    Reached = true;
  };
  EXPECT_EQ(inTurn(Turns, 1, Body), Outcome::Cancelled);
  EXPECT_FALSE(Reached);
  EXPECT_EQ(inTurn(Turns, 0, Body), Outcome::Done);
  EXPECT_TRUE(Reached);
  EXPECT_EQ(Turns.now, 1u);
}

TEST_F(TurnTest, ACancelCountsAtItsTurnOnly) {
  auto Body = [&] {
    write(X.Value, 1);
    CurrentTx->cancel(0);
  };
  EXPECT_EQ(inTurn(Turns, 1, Body), Outcome::Cancelled);
  EXPECT_EQ(Turns.now, 0u);
  EXPECT_EQ(inTurn(Turns, 0, Body), Outcome::Cancelled);
  EXPECT_EQ(Turns.now, 1u);
  EXPECT_EQ(X.Value, 0u);
}

// Who cancels waits for older attempts: those behind may be some, and wait for
// the turn.
TEST_F(TurnTest, WhoeverCancelsAtItsTurnLetsOlderOnesGiveWay) {
  Outcome How = Outcome::Done;
  unsigned Attempts = 0;
  std::thread Later([&] {
    How = inTurn(Turns, 2, [&] {
      ++Attempts;
      write(X.Value, 7);
      At.reach(1);
    });
  });
  At.await(1);
  std::thread Earlier([&] {
    EXPECT_EQ(inTurn(Turns, 0, [&] { write(Y.Value, 1); }), Outcome::Done);
  });
  while (__atomic_load_n(&Turns.now, __ATOMIC_ACQUIRE) != 1)
    std::this_thread::yield();
  EXPECT_EQ(inTurn(Turns, 1,
                   [&] {
                     EXPECT_EQ(read(Y.Value), 1u);
                     stm_cancel();
                   }),
            Outcome::Cancelled);
  Later.join();
  Earlier.join();
  // Having given way it may find that its turn has come. If it didn't get to
  // that in time it was vouched for, and has it without.
  bool HasCome = How == Outcome::Done;
  EXPECT_TRUE(HasCome || How == Outcome::Cancelled);
  EXPECT_GE(Attempts, 1u);
  EXPECT_LE(Attempts, HasCome ? 2u : 1u);
  EXPECT_EQ(Turns.now, HasCome ? 3u : 2u);
}

TEST_F(TurnTest, AnExceptionCommitsAndDoesNotPassTheTurnOn) {
  Outcome How = Outcome::Done;
  std::thread Later([&] {
    How = inTurn(Turns, 1, [&] {
      read(X.Value);
      write(Y.Value, 1);
      At.reach(1);
    });
  });
  At.await(1);
  EXPECT_THROW(inTurn(Turns, 0,
                      [&] {
                        write(X.Value, 1);
                        throw 1;
                      }),
               int);
  EXPECT_EQ(X.Value, 1u);
  EXPECT_EQ(Turns.now, 0u);
  Later.join(); // It gave way to that one's quiescence.
  EXPECT_EQ(How, Outcome::Cancelled);
  EXPECT_EQ(Y.Value, 0u);
}

TEST_F(TurnTest, AClosedOrderEndsThoseThatWait) {
  Outcome How = Outcome::Done;
  std::thread Later([&] {
    How = inTurn(Turns, 3, [&] {
      write(X.Value, 1);
      At.reach(1);
    });
  });
  At.await(1);
  __atomic_store_n(&Turns.now, ~uint64_t{0}, __ATOMIC_RELEASE);
  Later.join();
  EXPECT_EQ(How, Outcome::Cancelled);
  EXPECT_EQ(X.Value, 0u);
}

TEST_F(TurnTest, WhoeverHasTransactionsOnlyDoesNotWaitForOlderAttempts) {
  std::thread Older([&] {
    atomically([&] {
      read(Y.Value);
      At.reach(1);
      At.await(3);
    });
  });
  At.await(1);
  std::thread Committer([&] {
    __stm_only_transactions(1);
    atomically([&] { write(X.Value, 1); });
    __stm_only_transactions(0);
    At.reach(2);
  });
  EXPECT_TRUE(At.arrives(2));
  At.reach(3);
  Older.join();
  Committer.join();
}

} // namespace
