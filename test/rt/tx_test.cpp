//===- rt/tx_test.cpp - isolation and rollback ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx_testing.h"

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

class TxTest : public Counting {
protected:
  template <class F> void withoutLogMemory(F Body);
};

TEST_F(TxTest, UncommittedValuesAreNotRead) {
  Cell X;
  Steps At;
  std::atomic<int> FirstKind{-1};
  std::thread Writer([&] {
    atomically([&] {
      write(X.Value, 13);
      At.reach(1);
      At.await(2);
      write(X.Value, 14);
    });
  });
  At.await(1);
  uint64_t Seen = 0;
  atomically([&] {
    // A failed attempt lets the writer go on.
    if (CurrentTx->Attempts == 1)
      FirstKind = CurrentTx->LastAbort.kind;
    if (CurrentTx->Attempts)
      At.reach(2);
    // After many attempts it is a snapshot, which reads what was there before.
    uint64_t Value = read(X.Value);
    EXPECT_NE(Value, 13u);
    Seen = Value;
  });
  Writer.join();
  EXPECT_TRUE(Seen == 14 || Seen == 0) << Seen;
  EXPECT_EQ(FirstKind, STM_ABORT_READ_LOCKED);
}

TEST_F(TxTest, TwoCannotWriteTheSameStripe) {
  Cell X;
  Steps At;
  int Kind = -1;
  std::thread Writer([&] {
    atomically([&] {
      write(X.Value, read(X.Value) + 1);
      At.reach(1);
      At.await(2);
    });
  });
  At.await(1);
  atomically([&] {
    if (CurrentTx->Attempts == 1)
      Kind = CurrentTx->LastAbort.kind;
    if (CurrentTx->Attempts)
      At.reach(2);
    write(X.Value, read(X.Value) + 1);
  });
  Writer.join();
  EXPECT_EQ(X.Value, 2u);
  // The read comes first here.
  EXPECT_EQ(Kind, STM_ABORT_READ_LOCKED);
}

TEST_F(TxTest, BlindWritesConflictToo) {
  Cell X;
  Steps At;
  int Kind = -1;
  std::thread Writer([&] {
    atomically([&] {
      write(X.Value, 1);
      At.reach(1);
      At.await(2);
    });
  });
  At.await(1);
  atomically([&] {
    if (CurrentTx->Attempts) {
      Kind = CurrentTx->LastAbort.kind;
      At.reach(2);
    }
    write(X.Value, 2);
  });
  Writer.join();
  EXPECT_EQ(X.Value, 2u);
  EXPECT_EQ(Kind, STM_ABORT_WRITE_LOCKED);
}

/// Another thread writes \p X between two parts of the running attempt: returns
/// when X's stripe is released with a new timestamp. (The other's commit then
/// still waits for this attempt.)
class Intruder {
public:
  explicit Intruder(Cell &X)
      : X(X), Worker([this] {
          At.await(1);
          atomically([this] { write(this->X.Value, read(this->X.Value) + 1); });
        }) {}
  ~Intruder() {
    At.reach(1);
    Worker.join();
  }
  void strike() {
    uint64_t Before = X.orec().load().raw();
    At.reach(1);
    while (X.orec().load().isLocked() || X.orec().load().raw() == Before)
      std::this_thread::yield();
  }

private:
  Cell &X;
  Steps At;
  std::thread Worker;
};

TEST_F(TxTest, SnapshotIsExtendedIfWhatWasReadStillHolds) {
  Cell X, Y;
  uint64_t Sum = 0;
  {
    Intruder Other(Y);
    atomically([&] {
      Sum = read(X.Value);
      if (!CurrentTx->Attempts)
        Other.strike();
      Sum += read(Y.Value);
    });
  }
  EXPECT_EQ(Sum, 1u);
  EXPECT_EQ(stats().aborts, 0u);
  EXPECT_GE(stats().extensions, 1u); // Again if the other's commit asks.
}

TEST_F(TxTest, SnapshotIsNotExtendedOverAChange) {
  Cell X;
  uint64_t First = 0, Second = 0;
  int Kind = -1;
  {
    Intruder Other(X);
    atomically([&] {
      First = read(X.Value);
      if (!CurrentTx->Attempts)
        Other.strike();
      else
        Kind = CurrentTx->LastAbort.kind;
      Second = read(X.Value);
      EXPECT_EQ(First, Second);
    });
  }
  EXPECT_EQ(First, 1u);
  EXPECT_EQ(stats().aborts, 1u);
  EXPECT_EQ(Kind, STM_ABORT_VALIDATION);
}

TEST_F(TxTest, OwnLocksDoNotHinderExtension) {
  Cell X, Y, Z;
  {
    Intruder Other(Y);
    atomically([&] {
      write(X.Value, read(X.Value) + 1);
      if (!CurrentTx->Attempts)
        Other.strike();
      write(Z.Value, read(Y.Value));
      EXPECT_EQ(read(X.Value), 1u);
    });
  }
  EXPECT_EQ(stats().aborts, 0u);
  EXPECT_EQ(X.Value, 1u);
  EXPECT_EQ(Z.Value, 1u);
}

TEST_F(TxTest, CommitValidatesWhatWasRead) {
  Cell X, Y;
  {
    Intruder Other(X);
    atomically([&] {
      uint64_t Seen = read(X.Value);
      write(Y.Value, Seen + 10);
      if (!CurrentTx->Attempts)
        Other.strike();
    });
  }
  EXPECT_EQ(Y.Value, 11u);
  EXPECT_GE(stats().aborts, 1u); // Again if it meets the other's lock.
}

TEST_F(TxTest, WriteOfANewerStripeExtendsFirst) {
  Cell X;
  {
    Intruder Other(X);
    atomically([&] {
      if (!CurrentTx->Attempts)
        Other.strike();
      write(X.Value, 5);
    });
  }
  EXPECT_EQ(stats().aborts, 0u);
  EXPECT_GE(stats().extensions, 1u); // Again if the other's commit asks.
  EXPECT_EQ(X.Value, 5u);
}

TEST_F(TxTest, ReadOnlyTransactionsNeedNoValidationAtTheEnd) {
  Cell X, Y;
  uint64_t Seen = 7;
  {
    Intruder Other(Y);
    atomically([&] {
      Seen = read(X.Value) + read(Y.Value);
      if (!CurrentTx->Attempts)
        Other.strike();
    });
  }
  EXPECT_EQ(Seen, 0u); // As of before the other's commit.
  EXPECT_EQ(stats().aborts, 0u);
  EXPECT_EQ(stats().read_only, 1u);
}

TEST_F(TxTest, OwnFramesAreNeitherLockedNorLogged) {
  atomically([&] {
    uint64_t Local = 1;
    uint8_t Bytes[100] = {};
    write(Local, 2);
    EXPECT_EQ(read(Local), 2u);
    __stm_write_u8(&Bytes[3], 4);
    uint8_t From[40] = {9};
    __stm_write_range(Bytes + 50, From, sizeof(From));
    EXPECT_EQ(Bytes[3], 4);
    EXPECT_EQ(Bytes[50], 9);
    EXPECT_TRUE(CurrentTx->Locks.empty());
    EXPECT_TRUE(CurrentTx->Undo.empty());
    ASSERT_TRUE(optimistic());
  });
}

TEST_F(TxTest, FramesOfCallersAreUndone) {
  uint64_t Outside = 1;
  atomically([&] {
    EXPECT_EQ(read(Outside), 1u);
    write(Outside, 2);
    EXPECT_FALSE(CurrentTx->Undo.empty());
    if (!CurrentTx->Attempts)
      rollBackNow();
  });
  EXPECT_EQ(Outside, 2u);
  EXPECT_EQ(stats().aborts, 1u);
}

TEST_F(TxTest, OverlappingWritesOfAllSizesAreUndone) {
  alignas(64) unsigned char Memory[128], Before[128];
  for (unsigned I = 0; I != 128; ++I)
    Before[I] = Memory[I] = static_cast<unsigned char>(I * 7 + 1);
  atomically([&] {
    if (CurrentTx->Attempts) {
      EXPECT_EQ(memcmp(Memory, Before, 128), 0);
      return;
    }
    unsigned char New[128];
    memset(New, 0xee, sizeof(New));
    __stm_write_u8(Memory + 3, 1);
    __stm_write_u64(Memory, 2);
    __stm_write_u16(Memory + 2, 3);
    __stm_write_range(Memory + 1, New, 5);
    __stm_write_u32(Memory + 4, 4);
    __stm_write_range(Memory + 20, New, 90); // Four stripes.
    __stm_write_u64(Memory + 32, 5);
    __stm_write_u8(Memory + 127, 6);
    EXPECT_EQ(CurrentTx->Locks.size(), 4u);
    unsigned char Back[90];
    __stm_read_range(Back, Memory + 20, 90);
    EXPECT_EQ(Back[0], 0xee);
    EXPECT_EQ(Back[12], 5);
    EXPECT_EQ(Back[89], 0xee);
    rollBackNow();
  });
  EXPECT_EQ(memcmp(Memory, Before, 128), 0);
}

TEST_F(TxTest, NeighbouringBytesOfASubWordStoreAreLeftAlone) {
  Cell X;
  X.Value = 0x1122334455667788;
  auto *Bytes = reinterpret_cast<uint8_t *>(&X.Value);
  atomically([&] {
    if (CurrentTx->Attempts)
      return;
    __stm_write_u8(Bytes + 1, 0xff);
    // Somebody who may (say, thread-private memory beside it) stores plainly.
    Bytes[2] = 0xaa;
    rollBackNow();
  });
  EXPECT_EQ(X.Value, 0x1122334455aa7788u);
}

TEST_F(TxTest, RangeOfNoBytesDoesNothing) {
  Cell X;
  atomically([&] {
    char Private[1];
    __stm_read_range(Private, &X, 0);
    __stm_write_range(&X, Private, 0);
    EXPECT_TRUE(CurrentTx->Reads.empty());
    EXPECT_TRUE(CurrentTx->Locks.empty());
  });
}

TEST_F(TxTest, NestedTransactionsArePartOfTheOuterOne) {
  Cell X;
  atomically([&] {
    write(X.Value, 1);
    atomically([&] { write(X.Value, read(X.Value) + 1); });
    EXPECT_TRUE(X.orec().load() == CurrentTx->MyLock);
    if (!CurrentTx->Attempts)
      rollBackNow();
  });
  EXPECT_EQ(X.Value, 2u);
  EXPECT_EQ(stats().commits, 1u);
}

TEST_F(TxTest, RollbackStampsANewTimestamp) {
  Cell X;
  Timestamp Before = 0;
  atomically([&] {
    if (CurrentTx->Attempts) {
      EXPECT_FALSE(X.orec().load().isLocked());
      EXPECT_GT(X.orec().load().timestamp(), Before);
      return;
    }
    Before = CurrentTx->Snapshot;
    write(X.Value, 1);
    rollBackNow();
  });
  EXPECT_EQ(X.Value, 0u);
}

TEST_F(TxTest, LargeReadSetsAreKeptAndCompacted) {
  constexpr size_t Words = 300000;
  std::vector<uint64_t> Memory(Words, 1);
  uint64_t Sum = 0;
  atomically([&] {
    uint64_t S = 0;
    for (int Pass = 0; Pass != 3; ++Pass)
      for (uint64_t &Word : Memory)
        S += read(Word);
    // Four words a stripe; without compaction there would be 900000.
    EXPECT_LT(CurrentTx->Reads.size(), Words);
    EXPECT_GE(CurrentTx->Reads.size(), Words / 8);
    Sum = S;
  });
  EXPECT_EQ(Sum, 3 * Words);
}

TEST_F(TxTest, ReadsThatAreNotLoggedTakeNoRoom) {
  constexpr size_t Words = 10000;
  std::vector<uint64_t> Memory(Words, 1);
  auto Sum = [&] {
    uint64_t S = 0;
    for (uint64_t &Word : Memory)
      S += read(Word);
    EXPECT_EQ(S, Words);
    return CurrentTx->Reads.size();
  };
  // Repetitions are dropped.
  constexpr size_t Stripes = Words / (StripeBytes / sizeof(uint64_t));
  atomically([&] { EXPECT_GE(Sum(), Stripes); });
  inReadOnly([&] { EXPECT_LE(Sum(), Tx::UnloggedReads); });
  inSnapshot([&] { EXPECT_LE(Sum(), Tx::UnloggedReads); });
  // What they had less room for doesn't get lost afterwards.
  atomically([&] { EXPECT_GE(Sum(), Stripes); });
}

// Dropping repetitions that hardly free anything would have to be done again a
// few reads later, and again.
TEST_F(TxTest, ReadSetsGrowWhenCompactingFreesLittle) {
  constexpr size_t Stripes = (size_t{1} << 16) - 100;
  constexpr size_t WordsInStripe = StripeBytes / sizeof(uint64_t);
  std::vector<uint64_t> Memory(Stripes * WordsInStripe, 1);
  atomically([&] {
    for (size_t I = 0; I != Stripes; ++I)
      read(Memory[I * WordsInStripe]);
    // Full with repetitions of one.
    while (CurrentTx->Reads.size() < size_t{1} << 16)
      read(Memory[0]);
    read(Memory[0]);
    EXPECT_GE(CurrentTx->Reads.capacity(), 2 * CurrentTx->Reads.size() - 2);
  });
}

TEST_F(TxTest, CompactedReadSetsStillValidate) {
  constexpr size_t Words = 100000;
  std::vector<uint64_t> Memory(Words, 1);
  Cell X, Y;
  {
    Intruder Other(X);
    atomically([&] {
      uint64_t Seen = read(X.Value);
      for (int Pass = 0; Pass != 3; ++Pass)
        for (uint64_t &Word : Memory)
          read(Word);
      if (!CurrentTx->Attempts)
        Other.strike();
      write(Y.Value, Seen);
    });
  }
  EXPECT_EQ(Y.Value, 1u);
  EXPECT_EQ(stats().aborts, 1u);
}

TEST_F(TxTest, ManyWritesAreUndoneAndThenDone) {
  constexpr size_t Words = 200000;
  std::vector<uint64_t> Memory(Words, 1);
  atomically([&] {
    if (CurrentTx->Attempts)
      for (uint64_t Word : Memory)
        ASSERT_EQ(Word, 1u);
    for (uint64_t &Word : Memory)
      write(Word, read(Word) + 1);
    if (!CurrentTx->Attempts)
      rollBackNow();
  });
  for (uint64_t Word : Memory)
    ASSERT_EQ(Word, 2u);
  for (uint64_t &Word : Memory)
    ASSERT_FALSE(orecOf(&Word).load().isLocked());
}

/// Runs \p Body with no memory for logs from its first statement on.
template <class F> void TxTest::withoutLogMemory(F Body) {
  int Kind = -1;
  atomically([&] {
    if (!CurrentTx->Attempts) {
      failLogMemoryAfterForTesting(0);
    } else {
      Kind = CurrentTx->LastAbort.kind;
      EXPECT_TRUE(CurrentTx->isDirect()) << "should run inevitable";
    }
    Body();
  });
  failLogMemoryAfterForTesting(-1);
  EXPECT_EQ(Kind, STM_ABORT_RESOURCES);
  EXPECT_EQ(stats().inevitable, 1u);
}

TEST_F(TxTest, WordsAreLookedAtInAllTheirStripes) {
  alignas(StripeBytes) uint64_t Memory[12] = {};
  for (unsigned Locked = 0; Locked != 12; Locked += 4) {
    Steps At;
    std::thread Writer([&] {
      atomically([&] {
        write(Memory[Locked], 1);
        At.reach(1);
        At.await(2);
      });
    });
    At.await(1);
    Cell Other;
    atomically([&] {
      read(Other.Value); // Makes room to note more.
      for (unsigned Begin = 0; Begin <= 8; ++Begin) {
        uint64_t Values[4];
        bool Meets = Begin < Locked + 4 && Locked < Begin + 4;
        EXPECT_EQ(tryReadWords<4>(*CurrentTx, Memory + Begin, Values), !Meets)
            << Begin;
      }
      At.reach(2);
    });
    Writer.join();
  }
}

TEST_F(TxTest, TwoWordsOfALockedStripeAreLoggedTogether) {
  alignas(StripeBytes) uint64_t Memory[8] = {};
  const uint64_t Values[2] = {1, 2};
  atomically([&] {
    if (CurrentTx->Attempts)
      return;
    EXPECT_FALSE(tryWriteTwo(*CurrentTx, Memory, Values));
    write(Memory[3], 3);
    EXPECT_TRUE(tryWriteTwo(*CurrentTx, Memory + 2, Values));
    EXPECT_FALSE(
        tryWriteTwo(*CurrentTx, Memory + 3, Values)); // Of two stripes.
    EXPECT_FALSE(tryWriteTwo(*CurrentTx, Memory + 4, Values));
    EXPECT_EQ(Memory[2], 1u);
    EXPECT_EQ(Memory[3], 2u);
    rollBackNow();
  });
  for (uint64_t Word : Memory)
    EXPECT_EQ(Word, 0u);
}

TEST_F(TxTest, WhatItHasLockedItselfIsReadWithoutANote) {
  alignas(StripeBytes) uint64_t Memory[2] = {1, 2};
  atomically([&] {
    write(Memory[0], 3);
    size_t Noted = CurrentTx->Reads.size();
    EXPECT_EQ(read(Memory[0]), 3u);
    EXPECT_EQ(read(Memory[1]), 2u);
    EXPECT_EQ(CurrentTx->Reads.size(), Noted);
  });
}

TEST_F(TxTest, WithoutMemoryForReadsItRunsInevitable) {
  // More stripes than what a read set keeps room for between transactions.
  constexpr size_t Words = 5000000;
  std::vector<uint64_t> Memory(Words, 1);
  uint64_t Sum = 0;
  withoutLogMemory([&] {
    uint64_t S = 0;
    for (size_t I = 0; I != Words; I += 4)
      S += read(Memory[I]);
    Sum = S;
  });
  EXPECT_EQ(Sum, Words / 4);
}

TEST_F(TxTest, WithoutMemoryForUndoItRunsInevitable) {
  std::vector<uint64_t> Memory(4, 0);
  withoutLogMemory([&] {
    for (int I = 0; I != 10000; ++I)
      for (uint64_t &Word : Memory)
        write(Word, read(Word) + 1);
  });
  EXPECT_EQ(Memory, std::vector<uint64_t>(4, 10000));
}

TEST_F(TxTest, WithoutMemoryForLocksItRunsInevitable) {
  std::vector<uint64_t> Memory(100000, 0);
  withoutLogMemory([&] {
    for (uint64_t &Word : Memory)
      write(Word, 1);
  });
  EXPECT_EQ(Memory, std::vector<uint64_t>(100000, 1));
}

TEST_F(TxTest, WithoutMemoryForAllocationsItRunsInevitable) {
  std::vector<void *> Blocks(10000);
  withoutLogMemory([&] {
    for (void *&Block : Blocks) {
      void *Fresh = __stm_wrap_malloc(8);
      __stm_write_u64(&Block, reinterpret_cast<uint64_t>(Fresh));
    }
  });
  for (void *Block : Blocks) {
    ASSERT_NE(Block, nullptr);
    free(Block);
  }
}

TEST_F(TxTest, AWhileAfterWhatIsUnusualTransactionsAreOrdinaryAgain) {
  if (runsUnderTsan())
    GTEST_SKIP() << "none is ordinary";
  auto UntilOrdinary = [] {
    int Count = 0;
    do
      atomically([] { EXPECT_EQ(CurrentTx->Attempts, 0u); });
    while (CurrentTx->IsUnusual && ++Count != 1000);
    // What an ordinary begin leaves alone.
    EXPECT_FALSE(CurrentTx->IsUnusual);
    EXPECT_EQ(CurrentTx->BeganAt, 0u);
    EXPECT_EQ(CurrentTx->Attempts, 0u);
    return Count;
  };
  auto RollBackOnce = [] {
    atomically([] {
      if (!CurrentTx->Attempts)
        rollBackNow();
    });
  };
  CurrentTx->Facts.Counts.Aborts.reset();
  RollBackOnce();
  // They are timed for a while.
  EXPECT_GT(UntilOrdinary(), 100);
  // Where many are rolled back, short ones aren't.
  for (int I = 0; I != 64; ++I) {
    RollBackOnce();
    UntilOrdinary();
  }
  RollBackOnce();
  int Timed = UntilOrdinary();
  if (CurrentTx->Facts.Sampler.average() < 1000) // As long as it isn't stopped.
    EXPECT_LT(Timed, 100);
  atomically([] { CurrentTx->becomeInevitable("for a test", 0); });
  EXPECT_EQ(UntilOrdinary(), 0);
  runTransaction([](void *) { EXPECT_TRUE(CurrentTx->isDirect()); }, nullptr,
                 nullptr, nullptr);
  EXPECT_EQ(UntilOrdinary(), 0);
}

TEST_F(TxTest, ATransactionInsideAnInevitableOneIsPartOfIt) {
  Cell X;
  atomically([&] {
    CurrentTx->becomeInevitable("for a test", 0);
    atomically([&] { write(X.Value, 1); });
    EXPECT_TRUE(CurrentTx->InTransaction);
    EXPECT_TRUE(CurrentTx->isDirect());
  });
  EXPECT_EQ(X.Value, 1u);
  EXPECT_EQ(stats().commits, 1u);
}

TEST_F(TxTest, RolledBackTooOftenItRunsInevitable) {
  uint32_t Attempts = 0;
  atomically([&] {
    if (optimistic())
      rollBackNow();
    Attempts = CurrentTx->Attempts;
    EXPECT_TRUE(CurrentTx->InTransaction);
  });
  EXPECT_EQ(Attempts, 100u);
  EXPECT_EQ(stats().inevitable, 1u);
  EXPECT_EQ(stats().aborts, 100u);
  // And the next one is none the worse for it.
  atomically([] { EXPECT_TRUE(optimistic()); });
}

// The site of a block may be on the stack, which is used otherwise after it.
TEST_F(TxTest, LastAbortNamesABlockThatHasEnded) {
  stm_site Site = {"first", "file.cpp", 7};
  bool Again = false;
  auto Run = [](void *Arg) {
    if (!std::exchange(*static_cast<bool *>(Arg), true))
      rollBackNow();
  };
  Body Function = Run;
  runTransaction(Function, Function, &Again, &Site);
  Site = {"another variable", nullptr, 0};
  stm_abort_info Info;
  ASSERT_EQ(stm_last_abort_info(&Info), 0);
  EXPECT_STREQ(Info.block.name, "first");
  EXPECT_EQ(Info.block.line, 7u);
}

TEST_F(TxTest, LastAbortIsDescribed) {
  Cell X;
  stm_abort_info Info;
  atomically([] {});
  EXPECT_EQ(stm_last_abort_info(&Info), -1);
  EXPECT_EQ(Info.kind, STM_ABORT_NONE);
  atomically([&] {
    if (CurrentTx->Attempts < 3)
      CurrentTx->conflict(ConflictKind::WriteLocked, &X, &X.orec(), 0x1234);
  });
  EXPECT_EQ(stm_last_abort_info(&Info), 0);
  EXPECT_EQ(Info.kind, STM_ABORT_WRITE_LOCKED);
  EXPECT_EQ(Info.attempts, 3u);
  EXPECT_EQ(Info.address, &X);
  EXPECT_EQ(Info.victim_pc, reinterpret_cast<void *>(0x1234));
}

TEST_F(TxTest, CountsWhatHappens) {
  Cell X;
  atomically([&] { read(X.Value); });
  atomically([&] { write(X.Value, 1); });
  atomically([&] {
    if (!CurrentTx->Attempts)
      rollBackNow();
  });
  atomically([&] { stm_become_inevitable("test"); });
  stm_stats S = stats();
  EXPECT_EQ(S.commits, 4u);
  EXPECT_EQ(S.aborts, 1u);
  EXPECT_EQ(S.read_only, 2u);
  EXPECT_EQ(S.inevitable, 1u);
}

TEST_F(TxTest, OutsideTransactionsBarriersArePlain) {
  uint64_t Word = 1;
  write(Word, 2);
  EXPECT_EQ(read(Word), 2u);
  char Bytes[3] = {1, 2, 3}, Copy[3];
  __stm_read_range(Copy, Bytes, 3);
  __stm_write_range(Bytes, "abc", 3);
  EXPECT_EQ(Copy[2], 3);
  EXPECT_EQ(Bytes[2], 'c');
  EXPECT_EQ(stm_in_transaction(), 0);
  stm_become_inevitable("no effect");
  EXPECT_EQ(stm_is_inevitable(), 0);
}

TEST_F(TxTest, CountersOfManyThreadsAreExact) {
  Cell X;
  constexpr unsigned Threads = 8, Each = 2000;
  std::vector<std::thread> All;
  for (unsigned I = 0; I != Threads; ++I)
    All.emplace_back([&] {
      for (unsigned N = 0; N != Each; ++N)
        atomically([&] { write(X.Value, read(X.Value) + 1); });
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(X.Value, uint64_t{Threads * Each});
  EXPECT_EQ(stats().commits, uint64_t{Threads * Each});
}

} // namespace
