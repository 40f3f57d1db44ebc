//===- rt/version_reclaim_test.cpp - when versions' memory is reused ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "mem/version_memory.h"

namespace stm::rt::testing {

namespace {

/// Versions whose memory is used again, or not yet.
class VersionReclaimTest : public VersionTest {
protected:
  VersionReclaimTest() : Owner(Stepped::Outside), Collector(Stepped::Outside) {}

  static void commit(Stepped &By, Cell &X, uint64_t Value) {
    By.run([&X, Value] { atomically([&] { write(X.Value, Value); }); });
  }
  void commit(Cell &X, uint64_t Value) { commit(Owner, X, Value); }
  /// What the owner has written is in a chunk that is retired.
  void retire() {
    Owner.run([] { fillChunks(2); });
  }
  void fillUntilGone(const Remembered &R) {
    Owner.run([&] { testing::fillUntilGone(R); });
  }
  void tellToCollect() {
    Collector.tell([] { stm_collect(2); });
  }

  Stepped Owner, Collector;
};

TEST_F(VersionReclaimTest,
       AChunkIsNotRecycledWhileAReaderOfItsLockMayLookAtTheHead) {
  static Cell X, More, Other;
  auto Older = std::make_unique<OpenSnapshot>();
  Stop Release(TestPoint::BeforeRelease);
  Owner.arm(Release);
  Owner.tell([] {
    atomically([] {
      write(X.Value, 1);
      for (unsigned I = 0; I != 4000; ++I) // Its chunk has nothing newer.
        write(More.Value, I);
    });
  });
  Release.awaitArrival(); // It has its time.
  Remembered Record(X);
  Older.reset();
  commitElsewhere(Other, 1);
  OpenSnapshot R; // Newer than that time.
  Stop Walk(TestPoint::WalkBeforeHead);
  R.arm(Walk);
  uint64_t Seen = 0;
  R.tell([&] { Seen = read(X.Value); }); // Finds the stripe locked.
  Walk.awaitArrival();
  Release.release();
  Owner.await();
  fillUntilGone(Record);
  EXPECT_FALSE(Record.isGone());
  Walk.release();
  R.await();
  EXPECT_EQ(Seen, 1u);
}

TEST_F(VersionReclaimTest, AChunkIsRecycledOnceTheSnapshotHasEnded) {
  static Cell X;
  auto R = std::make_unique<OpenSnapshot>();
  commit(X, 1);
  Remembered Record(X);
  retire();
  R.reset();
  OpenSnapshot Newer;
  fillUntilGone(Record);
  EXPECT_TRUE(Record.isGone());
  EXPECT_EQ(Newer.read(X), 1u);
}

TEST_F(VersionReclaimTest, ASnapshotThatIsNotPublishedYetPinsVersions) {
  static Cell X;
  Stop At(TestPoint::SnapshotBeforePublish);
  Stepped R(Stepped::Snapshot, [&] { At.arm(); });
  At.awaitArrival();
  commit(X, 1);
  Remembered Record(X);
  fillUntilGone(Record);
  EXPECT_FALSE(Record.isGone());
  stm_collect(2); // Finds it unfinished, and puts the collection off.
  EXPECT_FALSE(Record.isGone());
  At.release();
  EXPECT_EQ(R.read(X), 0u);
}

TEST_F(VersionReclaimTest, NoChunkIsRecycledWhileACollectorLooksIntoChains) {
  static Cell X;
  Stepped Newer(Stepped::Outside);
  auto R = std::make_unique<OpenSnapshot>();
  commit(X, 1);
  Remembered Record(X);
  retire();
  commit(Newer, X, 2);
  Newer.run([] { fillChunks(2); });
  Stop Scanned(TestPoint::CollectorScanned);
  Collector.arm(Scanned);
  tellToCollect();
  Scanned.awaitArrival();
  R.reset(); // The collector still goes by it.
  fillUntilGone(Record);
  EXPECT_FALSE(Record.isGone());
  Scanned.release();
  Collector.await();
  EXPECT_EQ(readNow(X), 2u);
}

TEST_F(VersionReclaimTest, APromotedChunkIsKeptUntilWalksUnderWayHaveEnded) {
  static Cell X;
  OpenSnapshot R;
  commit(X, 1);
  commit(X, 2);
  Remembered Newest(X);
  retire();
  Stop Walk(TestPoint::WalkBetweenRecords);
  R.arm(Walk);
  uint64_t Seen = ~0u;
  R.tell([&] { Seen = read(X.Value); });
  Walk.awaitArrival();
  tellToCollect();
  await([&] { return OrecTable[indexOf(&X)].head() != Newest.record(); },
        "promotion");
  EXPECT_TRUE(Collector.staysBusy());
  EXPECT_FALSE(Newest.isGone());
  Walk.release();
  R.await();
  Collector.await();
  EXPECT_EQ(Seen, 0u);
  EXPECT_EQ(R.read(X), 0u);
}

TEST_F(VersionReclaimTest,
       ASnapshotThatBeginsSinceTheLookNeedsNothingOfWhatIsRecycled) {
  static Cell X, Other;
  auto Oldest = std::make_unique<OpenSnapshot>();
  commit(X, 1);
  Remembered Record(X);
  retire();
  commitElsewhere(Other, 1);
  OpenSnapshot Older; // Newer than the chunk's bound.
  Oldest.reset();
  Stop Take(TestPoint::RecycleBeforeTake);
  Owner.arm(Take);
  Owner.tell([&] { testing::fillUntilGone(Record); });
  Take.awaitArrival();
  OpenSnapshot Newer;
  commitElsewhere(X, 2); // Its record refers to the one that will be gone.
  Take.release();
  Owner.await();
  EXPECT_TRUE(Record.isGone());
  EXPECT_EQ(Older.read(X), 1u);
  EXPECT_EQ(Newer.read(X), 1u);
  EXPECT_EQ(readNow(X), 2u);
}

TEST_F(VersionReclaimTest, ABoundIsTakenFromTheClockOnlyWhenTheChunkIsRetired) {
  ParsedOptions.Gc = false; // Promotion would find that nobody needs it.
  static Cell X, More, Other;
  auto Older = std::make_unique<OpenSnapshot>();
  Stop Retire(TestPoint::RetireBeforeBound);
  Owner.arm(Retire);
  Owner.tell([] {
    atomically([] {
      write(X.Value, 1);
      for (unsigned I = 0; I != 4000; ++I)
        write(More.Value, I);
    });
  });
  Retire.awaitArrival(); // Everything is released.
  Remembered Record(X);
  Older.reset();
  OpenSnapshot AtTime;
  commitElsewhere(Other, 1);
  auto Newer = std::make_unique<OpenSnapshot>();
  Retire.release();
  Owner.await();
  AtTime.finish();
  fillUntilGone(Record);
  EXPECT_FALSE(Record.isGone()); // Its snapshot is not above the bound.
  EXPECT_EQ(Newer->read(X), 1u);
  Newer.reset();
  OpenSnapshot Above;
  fillUntilGone(Record);
  EXPECT_EQ(Above.read(X), 1u);
}

TEST_F(VersionReclaimTest, AWalkThatBeginsAfterTheReleaseLooksNoFurther) {
  static Cell X, More;
  auto Older = std::make_unique<OpenSnapshot>();
  Stop Release(TestPoint::BeforeRelease);
  Owner.arm(Release);
  Owner.tell([] {
    atomically([] {
      write(X.Value, 1);
      for (unsigned I = 0; I != 4000; ++I)
        write(More.Value, I);
    });
  });
  Release.awaitArrival();
  OpenSnapshot R;
  Stop Walk(TestPoint::WalkBeforeWord);
  R.arm(Walk);
  uint64_t Seen = ~0u;
  R.tell([&] { Seen = read(X.Value); }); // Has found it locked.
  Walk.awaitArrival();
  Release.release();
  Owner.await();
  Older.reset();
  stm_collect(2); // Nobody needs the versions, and no walk has begun.
  Walk.release();
  R.await();
  EXPECT_EQ(Seen, 1u);
}

TEST_F(VersionReclaimTest, PruningKeepsTheOldestOfEachIntervalForEachByte) {
  static struct alignas(StripeBytes) {
    uint64_t Words[4];
  } X;
  auto Write = [&](int I, uint64_t Value) {
    Owner.run([=] { atomically([=] { write(X.Words[I], Value); }); });
  };
  OpenSnapshot First;
  Write(0, 1); // Kept, as of before.
  Write(0, 2);
  Write(1, 1); // Kept.
  OpenSnapshot Second;
  Write(1, 2); // Kept.
  Write(0, 3); // Kept.
  Owner.run([] {
    atomically([] {
      __stm_write_u8(reinterpret_cast<uint8_t *>(&X.Words[2]) + 3, 1); // Kept.
    });
  });
  Write(0, 4);
  OpenSnapshot Third;
  Write(0, 5); // Kept.
  Write(0, 6);
  retire();
  stm_collect(2);
  unsigned Length = 0;
  for (UndoRecord *R = OrecTable[indexOf(&X)].head(); R; R = R->next()) {
    EXPECT_TRUE(R->isOld());
    ++Length;
    if (!R->goesOnBelow(First.snapshot()) || Length == 100)
      break;
  }
  EXPECT_EQ(Length, 6u);
  EXPECT_EQ(First.read(X.Words[0]), 0u);
  EXPECT_EQ(First.read(X.Words[1]), 0u);
  EXPECT_EQ(First.read(X.Words[2]), 0u);
  EXPECT_EQ(Second.read(X.Words[0]), 2u);
  EXPECT_EQ(Second.read(X.Words[1]), 1u);
  EXPECT_EQ(Second.read(X.Words[2]), 0u);
  EXPECT_EQ(Third.read(X.Words[0]), 4u);
  EXPECT_EQ(Third.read(X.Words[1]), 2u);
  EXPECT_EQ(Third.read(X.Words[2]), 1u << 24);
  // The one in the middle ends: its interval joins the older one's.
  Second.finish();
  stm_collect(2);
  EXPECT_EQ(First.read(X.Words[0]), 0u);
  EXPECT_EQ(First.read(X.Words[1]), 0u);
  EXPECT_EQ(First.read(X.Words[2]), 0u);
  EXPECT_EQ(Third.read(X.Words[0]), 4u);
  EXPECT_EQ(Third.read(X.Words[1]), 2u);
  EXPECT_EQ(Third.read(X.Words[2]), 1u << 24);
}

TEST_F(VersionReclaimTest, WhatASnapshotAfterTheScanNeedsIsNotPruned) {
  static Cell X;
  OpenSnapshot Older;
  commit(X, 1);
  retire();
  Stop Scanned(TestPoint::CollectorScanned);
  Collector.arm(Scanned);
  tellToCollect();
  Scanned.awaitArrival();
  OpenSnapshot Newer;
  commitElsewhere(X, 2);
  Scanned.release();
  Collector.await();
  EXPECT_EQ(Newer.read(X), 1u);
  EXPECT_EQ(Older.read(X), 0u);
  EXPECT_EQ(readNow(X), 2u);
}

TEST_F(VersionReclaimTest, AChunkThatIsRetiredAfterTheScanIsNotPromoted) {
  static Cell X;
  OpenSnapshot Older;
  retire();
  Stop Scanned(TestPoint::CollectorScanned);
  Collector.arm(Scanned);
  tellToCollect();
  Scanned.awaitArrival();
  OpenSnapshot Newer;
  commit(X, 1);
  retire();
  Scanned.release();
  Collector.await();
  EXPECT_EQ(Newer.read(X), 0u);
  EXPECT_EQ(Older.read(X), 0u);
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionReclaimTest, AStripeThatIsLockedIsLeftForTheNextCollection) {
  static Cell X;
  OpenSnapshot R;
  commit(X, 1);
  Remembered Record(X);
  retire();
  OpenUpdate U;
  U.write(X, 2);
  stm_collect(2);
  EXPECT_FALSE(Record.isGone());
  EXPECT_EQ(R.read(X), 0u);
  U.finish();
  EXPECT_EQ(R.read(X), 0u);
  stm_collect(2);
  EXPECT_EQ(R.read(X), 0u);
  EXPECT_EQ(readNow(X), 2u);
}

TEST_F(VersionReclaimTest,
       ReadersAndValidationWaitForAStripeThatIsBeingCompacted) {
  static Cell X, Y, Other;
  OpenSnapshot R;
  commit(X, 1);
  OpenUpdate Validating;
  EXPECT_EQ(Validating.read(X), 1u);
  Validating.write(Y, 1);
  commitElsewhere(Other, 1); // So that it has to validate.
  Stop Locked(TestPoint::CompactLocked);
  retire();
  unsigned Nth = 0;
  Collector.arm(Locked, 16);
  tellToCollect();
  do
    Locked.awaitArrival(++Nth);
  while (!X.orec().load().isLocked() && (Locked.release(Nth), true));
  uint64_t Seen = ~0u;
  R.tell([&] { Seen = read(X.Value); });
  Validating.startFinish();
  EXPECT_TRUE(R.staysBusy());
  EXPECT_FALSE(Validating.isOver());
  Locked.release();
  Validating.finish();
  EXPECT_EQ(Validating.attempts(), 1u); // Nothing has changed.
  R.await();
  EXPECT_EQ(Seen, 0u);
  Collector.await();
  EXPECT_EQ(readNow(X), 1u);
  EXPECT_EQ(readNow(Y), 1u);
}

TEST_F(VersionReclaimTest, ACollectionWithoutMemoryLosesNothing) {
  static Cell X[64];
  OpenSnapshot R;
  auto Sum = [&] {
    uint64_t S = 0;
    R.run([&] {
      for (Cell &C : X)
        S += read(C.Value);
    });
    return S;
  };
  for (uint64_t Round = 1; Round != 4; ++Round)
    for (Cell &C : X)
      commit(C, Round);
  retire();
  for (int64_t Allowed = 0; Allowed < 70; Allowed += Allowed < 8 ? 1 : 7) {
    failLogMemoryAfterForTesting(Allowed);
    stm_collect(2);
    failLogMemoryAfterForTesting(-1);
    ASSERT_EQ(Sum(), 0u) << Allowed;
  }
  stm_collect(2);
  EXPECT_EQ(Sum(), 0u);
  for (Cell &C : X)
    EXPECT_EQ(readNow(C), 3u);
}

TEST_F(VersionReclaimTest, ACompactedStripeIsNoNewerThanBefore) {
  static Cell X, Other;
  OpenSnapshot Older;
  commit(X, 1);
  OpenSnapshot R; // No older than that.
  commitElsewhere(Other, 1);
  retire();
  OrecWord Before = X.orec().load();
  UndoRecord *Young = X.orec().head();
  stm_collect(2);
  EXPECT_NE(X.orec().head(), Young);
  EXPECT_EQ(X.orec().load(), Before);
  EXPECT_EQ(R.read(X), 1u);
  EXPECT_EQ(Older.read(X), 0u);
}

TEST_F(VersionReclaimTest, AStripeThatHasJustChangedIsLookedAtAgain) {
  static Cell X;
  stm_collect(2); // From here on this test's stripes are all there are.
  OpenSnapshot Older;
  commit(X, 1);
  OpenSnapshot R;
  retire();
  // X and what filled the chunks, in whichever order. After one of the commits
  // here the stripe is not as the collector has seen it.
  Stop Lock(TestPoint::CompactBeforeLock);
  Collector.arm(Lock, 2);
  tellToCollect();
  std::vector<std::unique_ptr<OpenSnapshot>> Views;
  for (unsigned Nth = 1; Nth != 3; ++Nth) {
    Lock.awaitArrival(Nth);
    Views.push_back(std::make_unique<OpenSnapshot>());
    commitElsewhere(X, Nth + 1);
    Lock.release(Nth);
  }
  Lock.release();
  Collector.await();
  EXPECT_EQ(R.read(X), 1u);
  EXPECT_EQ(Views[0]->read(X), 1u);
  EXPECT_EQ(Views[1]->read(X), 2u);
  EXPECT_EQ(Older.read(X), 0u);
  EXPECT_EQ(readNow(X), 3u);
}

TEST_F(VersionReclaimTest, NoneIsLinkedWithoutMemoryForAllCopies) {
  static Cell X[2]; // In turns: the last stripe is known without a walk.
  std::vector<std::unique_ptr<OpenSnapshot>> Views;
  for (uint64_t Value = 1; Value != 5; ++Value) {
    Views.push_back(std::make_unique<OpenSnapshot>());
    for (Cell &C : X)
      commit(C, Value);
  }
  retire();
  for (int64_t Allowed = 0; Allowed != 20; ++Allowed) {
    failLogMemoryAfterForTesting(Allowed);
    stm_collect(2);
    failLogMemoryAfterForTesting(-1);
    for (Cell &C : X)
      for (size_t I = 0; I != Views.size(); ++I)
        ASSERT_EQ(Views[I]->read(C), I) << Allowed;
  }
  for (Cell &C : X) {
    EXPECT_TRUE(C.orec().head()->isOld());
    EXPECT_EQ(readNow(C), 4u);
  }
}

TEST_F(VersionReclaimTest, AMajorCollectionDropsWhatNobodyReadsOnly) {
  static Cell X;
  auto R = std::make_unique<OpenSnapshot>();
  commit(X, 1);
  OpenSnapshot AtTime; // As of that very commit.
  ASSERT_EQ(AtTime.snapshot(), X.orec().load().timestamp());
  retire();
  stm_collect(2); // Promotes it, and sweeps,
  stm_collect(2); // and sweeps.
  EXPECT_EQ(R->read(X), 0u);
  EXPECT_EQ(AtTime.read(X), 1u);
  R.reset();
  stm_collect(2);
  EXPECT_EQ(AtTime.read(X), 1u);
  // What filled the chunks is newer.
  EXPECT_EQ(oldBytes(), 8 + sizeof(OldRecord));
  AtTime.finish();
  stm_collect(2);
  EXPECT_EQ(oldBytes(), 0u);
}

uint64_t pauses() {
  uint64_t Sum = 0;
  for (std::atomic<uint64_t> &Count : GcStats.Pauses)
    Sum += Count.load();
  return Sum;
}

TEST_F(VersionReclaimTest, WaitingForACompactionIsAPause) {
  static Cell X;
  stm_collect(2);
  OpenSnapshot R;
  commit(X, 1);
  retire();
  Stop Locked(TestPoint::CompactLocked), Waits(TestPoint::Waits);
  Collector.arm(Locked, 2); // X, and what filled the chunks.
  tellToCollect();
  Locked.awaitArrival();
  if (!X.orec().load().isLocked()) {
    Locked.release(1);
    Locked.awaitArrival(2);
  }
  uint64_t Before = pauses();
  R.arm(Waits);
  uint64_t Seen = ~0u;
  R.tell([&] { Seen = read(X.Value); });
  Waits.awaitArrival();
  Locked.release();
  Collector.await();
  Waits.release();
  R.await();
  EXPECT_EQ(Seen, 0u);
  EXPECT_EQ(pauses(), Before + 1);
}

/// What the old generation holds: gc/README.md, "Bounds".
class VersionBoundsTest : public VersionReclaimTest {
protected:
  static constexpr size_t RecordBytes = 8 + 48;
  static constexpr unsigned MostStripes = 64;
  struct alignas(StripeBytes) Stripe {
    unsigned char Bytes[StripeBytes];
  };
  static Stripe X[MostStripes];

  /// Bytes that are written in pieces of \p Size.
  void writeStripes(unsigned Stripes, unsigned Pieces, unsigned Size) {
    Owner.run([=] {
      for (unsigned S = 0; S != Stripes; ++S)
        atomically([=] {
          for (unsigned P = 0; P != Pieces; ++P) {
            unsigned char *At = X[S].Bytes + P * Size;
            if (Size == 1)
              __stm_write_u8(At, static_cast<uint8_t>(P));
            else
              __stm_write_u64(At, P);
          }
        });
    });
  }
  /// What is there once all is collected, for that many snapshots.
  size_t heldFor(unsigned Snapshots, unsigned Stripes, unsigned Pieces,
                 unsigned Size) {
    std::vector<std::unique_ptr<OpenSnapshot>> Views;
    for (unsigned V = 0; V != Snapshots; ++V) {
      Views.push_back(std::make_unique<OpenSnapshot>());
      for (int Round = 0; Round != 3; ++Round) // However often it is written.
        writeStripes(Stripes, Pieces, Size);
    }
    retire(); // Which writes one more word.
    stm_collect(2);
    EXPECT_EQ(retiredChunks(), 0u);
    size_t Held = versionBytes();
    // What only those could read that have ended is dropped.
    Views.resize(1);
    stm_collect(2);
    EXPECT_EQ(versionBytes(), (Stripes * Pieces + 1) * RecordBytes);
    Views.clear();
    stm_collect(2);
    EXPECT_EQ(versionBytes(), 0u);
    return Held;
  }
};
VersionBoundsTest::Stripe VersionBoundsTest::X[MostStripes];

TEST_F(VersionBoundsTest, ARecordForEachSnapshotAndPieceThatIsWritten) {
  stm_collect(2);
  ASSERT_EQ(versionBytes(), 0u);
  for (unsigned Snapshots : {1u, 2u, 5u})
    for (unsigned Stripes : {1u, 8u, MostStripes}) {
      // A word of each, all words, and all bytes one by one.
      EXPECT_EQ(heldFor(Snapshots, Stripes, 1, 8),
                (Snapshots * Stripes * 1 + 1) * RecordBytes)
          << Snapshots << " snapshots, " << Stripes << " stripes";
      EXPECT_EQ(heldFor(Snapshots, Stripes, 4, 8),
                (Snapshots * Stripes * 4 + 1) * RecordBytes)
          << Snapshots << " snapshots, " << Stripes << " stripes";
      EXPECT_EQ(heldFor(Snapshots, Stripes, 32, 1),
                (Snapshots * Stripes * 32 + 1) * RecordBytes)
          << Snapshots << " snapshots, " << Stripes << " stripes";
    }
}

TEST_F(VersionBoundsTest, YoungVersionsStayWithinTwoBudgetsAThread) {
  constexpr size_t Budget = 4; // Chunks.
  ParsedOptions.GcPromoteAfterKb = Budget * UndoChunk::Bytes / 1024;
  stm_collect(2);
  OpenSnapshot R;
  for (size_t Threads : {1u, 2u, 4u}) {
    // Full, full again, and the one that is retired before the look.
    size_t Most = Threads * (2 * (Budget + 1) + 1);
    std::atomic<uint64_t> Seen{0};
    std::vector<std::thread> Writers;
    for (size_t T = 0; T != Threads; ++T)
      Writers.emplace_back([&, T] {
        for (unsigned I = 0; I != 1600; ++I) {
          // Some forty chunks. What others have locked could not be promoted.
          static Cell Own[4];
          atomically([&] {
            for (unsigned W = 0; W != 50; ++W)
              write(Own[T].Value, W);
          });
          GcStatistics::raise(Seen, retiredChunks());
        }
      });
    for (std::thread &W : Writers)
      W.join();
    EXPECT_LE(Seen.load(), Most) << Threads << " threads";
    stm_collect(2);
    EXPECT_EQ(retiredChunks(), 0u);
  }
}

} // namespace

} // namespace stm::rt::testing
