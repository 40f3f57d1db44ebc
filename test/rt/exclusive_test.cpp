//===- rt/exclusive_test.cpp - the token and running alone ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/exclusive.h"

#include "tx_testing.h"

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

using ExclusiveTest = Counting;

TEST_F(ExclusiveTest, WaitsForRunningAttempts) {
  Steps Inside, Alone;
  std::thread Running([&] {
    atomically([&] {
      Inside.reach(1);
      Inside.await(2);
    });
  });
  Inside.await(1);
  std::thread Taker([&] {
    atomically([&] {
      stm_become_inevitable("test");
      Alone.reach(1);
    });
  });
  EXPECT_FALSE(Alone.happens(1));
  Inside.reach(2);
  EXPECT_TRUE(Alone.arrives(1));
  Running.join();
  Taker.join();
}

TEST_F(ExclusiveTest, NobodyBeginsMeanwhile) {
  Steps Alone, Inside;
  std::thread Holder([&] {
    atomically([&] {
      stm_become_inevitable("test");
      Alone.reach(1);
      Alone.await(2);
    });
  });
  Alone.await(1);
  std::thread Beginner([&] { atomically([&] { Inside.reach(1); }); });
  EXPECT_FALSE(Inside.happens(1));
  Alone.reach(2);
  EXPECT_TRUE(Inside.arrives(1));
  Beginner.join();
  Holder.join();
}

TEST_F(ExclusiveTest, OneHoldsTheToken) {
  Tx &Self = currentTx();
  ASSERT_TRUE(tryTakeToken(Self));
  EXPECT_TRUE(tryTakeToken(Self)); // Held already.
  EXPECT_TRUE(holdsToken(Self));
  std::thread([&] {
    Tx &Other = currentTx();
    EXPECT_FALSE(tryTakeToken(Other));
    EXPECT_FALSE(holdsToken(Other));
  }).join();
  raiseExclusive(Self);
  dropExclusivity(Self);
  EXPECT_FALSE(holdsToken(Self));
}

TEST_F(ExclusiveTest, WhoeverFindsTheTokenTakenRestartsAsItsHolder) {
  Cell X;
  Steps At;
  std::atomic<int> Attempts{0};
  std::thread Second([&] {
    atomically([&] {
      if (++Attempts == 1) {
        write(X.Value, 100); // To be undone.
        At.reach(1);
        At.await(2);
        stm_become_inevitable("second");
        ADD_FAILURE() << "the token is taken";
      }
      EXPECT_TRUE(stm_is_inevitable());
      EXPECT_EQ(CurrentTx->LastAbort.kind, STM_ABORT_INEVITABLE);
      X.Value += 10;
    });
  });
  At.await(1);
  atomically([&] {
    Tx &Self = *CurrentTx;
    ASSERT_TRUE(tryTakeToken(Self));
    At.reach(2);
    // Waits for the second's attempt to end, which it does by losing.
    stm_become_inevitable("first");
    EXPECT_EQ(X.Value, 0u);
    X.Value += 1;
  });
  Second.join();
  EXPECT_EQ(X.Value, 11u);
  EXPECT_EQ(Attempts, 2);
  EXPECT_EQ(stats().inevitable, 2u);
}

TEST_F(ExclusiveTest, StaleReadsRunAgainAlone) {
  Cell X;
  Steps At;
  uint64_t Seen = 99;
  int Attempts = 0;
  std::thread Writer([&] {
    At.await(1);
    atomically([&] { write(X.Value, 1); });
  });
  atomically([&] {
    ++Attempts;
    Seen = read(X.Value);
    if (Attempts == 1) {
      EXPECT_TRUE(optimistic());
      At.reach(1);
      while (peekIs(X, 0) || X.orec().load().isLocked())
        std::this_thread::yield();
    } else {
      EXPECT_TRUE(stm_is_inevitable()); // From its first access on.
    }
    stm_become_inevitable("test");
  });
  Writer.join();
  EXPECT_EQ(Seen, 1u);
  EXPECT_EQ(Attempts, 2);
}

TEST_F(ExclusiveTest, BecomingInevitableReleasesLocksAndKeepsValues) {
  Cell X;
  void *Block = nullptr;
  atomically([&] {
    write(X.Value, 1);
    Block = __stm_wrap_malloc(8);
    EXPECT_TRUE(X.orec().load().isLocked());
    stm_become_inevitable("test");
    EXPECT_FALSE(X.orec().load().isLocked());
    EXPECT_EQ(X.Value, 1u);
    EXPECT_EQ(CurrentTx->Slot.load(), Idle);
    EXPECT_TRUE(CurrentTx->Reads.isFull()); // No room.
    EXPECT_TRUE(CurrentTx->Undo.empty());
    write(X.Value, 2);
    stm_become_inevitable("again: no effect");
  });
  EXPECT_EQ(X.Value, 2u);
  free(Block);
  EXPECT_EQ(stats().commits, 1u);
  EXPECT_EQ(stats().inevitable, 1u);
}

TEST_F(ExclusiveTest, ReadersFromBeforeSeeInevitableWrites) {
  Cell X, Y;
  atomically([&] {
    stm_become_inevitable("test");
    X.Value = 1; // Plain: no timestamp.
    Y.Value = 1;
  });
  std::thread([&] {
    atomically([&] {
      EXPECT_EQ(read(X.Value), 1u);
      EXPECT_EQ(read(Y.Value), 1u);
    });
  }).join();
}

TEST_F(ExclusiveTest, PlainCodeInsideIsSerial) {
  volatile uint64_t Plain = 0;
  Cell X;
  constexpr unsigned Threads = 8, Each = 500;
  std::vector<std::thread> All;
  for (unsigned I = 0; I != Threads; ++I)
    All.emplace_back([&, I] {
      for (unsigned N = 0; N != Each; ++N)
        atomically([&] {
          if (I % 2) {
            write(X.Value, read(X.Value) + 1);
            return;
          }
          uint64_t Seen = read(X.Value);
          stm_become_inevitable("test");
          uint64_t Before = Plain;
          for (int Spin = 0; Spin != 20; ++Spin)
            asm volatile("");
          Plain = Before + 1;
          EXPECT_EQ(X.Value, Seen);
          X.Value = Seen + 1;
        });
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(Plain, uint64_t{Threads / 2 * Each});
  EXPECT_EQ(X.Value, uint64_t{Threads * Each});
  EXPECT_EQ(stats().inevitable, uint64_t{Threads / 2 * Each});
}

TEST_F(ExclusiveTest, BodiesWithoutAVersionRunAlone) {
  volatile uint64_t Plain = 0;
  auto Increment = [](void *Arg) {
    auto *Word = static_cast<volatile uint64_t *>(Arg);
    uint64_t Before = *Word;
    for (int Spin = 0; Spin != 20; ++Spin)
      asm volatile("");
    *Word = Before + 1;
  };
  Body Function = Increment;
  std::vector<std::thread> All;
  for (unsigned I = 0; I != 4; ++I)
    All.emplace_back([&] {
      for (unsigned N = 0; N != 1000; ++N)
        __stm_atomic(Function, const_cast<uint64_t *>(&Plain), nullptr);
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(Plain, 4000u);
  EXPECT_EQ(stats().inevitable, 4000u);
}

TEST_F(ExclusiveTest, NestedBodyWithoutAVersionMakesTheOuterInevitable) {
  Cell X;
  auto Add = [](void *Arg) {
    EXPECT_TRUE(stm_is_inevitable());
    ++static_cast<Cell *>(Arg)->Value;
  };
  Body Function = Add;
  atomically([&] {
    write(X.Value, 1);
    EXPECT_TRUE(optimistic());
    __stm_atomic(Function, &X, nullptr);
    EXPECT_EQ(read(X.Value), 2u);
  });
  EXPECT_EQ(stats().commits, 1u);
}

TEST_F(ExclusiveTest, WaitsForTheTokenAreCounted) {
  std::thread Second;
  atomically([&] {
    __stm_become_inevitable_beside("test");
    Second = std::thread(
        [] { atomically([] { stm_become_inevitable("the second"); }); });
    while (stats().token_waits == 0)
      std::this_thread::yield();
  });
  Second.join();
  EXPECT_EQ(stats().inevitable, 2u);
}

} // namespace
