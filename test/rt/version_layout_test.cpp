//===- rt/version_layout_test.cpp - bytes, stripes, chunks, orecs ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <sys/mman.h>

namespace stm::rt::testing {

namespace {

/// Which bytes of which stripes, chunks and orecs.
class VersionLayoutTest : public VersionTest {
protected:
  VersionLayoutTest() : Owner(Stepped::Outside) {}

  template <class F> void commit(F Body) {
    Owner.run([&] { atomically([&] { Body(); }); });
  }
  void retire() {
    Owner.run([] { fillChunks(2); });
  }

  Stepped Owner;
};

constexpr size_t Size = 96; // Three stripes.

void writeSized(char *At, size_t Bytes, uint64_t Value) {
  switch (Bytes) {
  case 1:
    return __stm_write_u8(reinterpret_cast<uint8_t *>(At),
                          static_cast<uint8_t>(Value));
  case 2:
    return __stm_write_u16(reinterpret_cast<uint16_t *>(At),
                           static_cast<uint16_t>(Value));
  case 4:
    return __stm_write_u32(reinterpret_cast<uint32_t *>(At),
                           static_cast<uint32_t>(Value));
  case 8:
    return __stm_write_u64(reinterpret_cast<uint64_t *>(At), Value);
  default:
    char Copy[Size];
    for (size_t I = 0; I != Bytes; ++I)
      Copy[I] = static_cast<char>(Value + I);
    writeRange(At, Copy, Bytes, 0);
  }
}

/// All of \p From, by reads of each size, must be \p Expected.
unsigned differences(const char *From, const char *Expected) {
  char Seen[Size];
  unsigned Count = 0;
  auto Compare = [&] { Count += memcmp(Seen, Expected, Size) != 0; };
  for (size_t I = 0; I != Size; ++I)
    Seen[I] = static_cast<char>(
        __stm_read_u8(reinterpret_cast<const uint8_t *>(From + I)));
  Compare();
  for (size_t I = 0; I != Size; I += 2) {
    auto V = __stm_read_u16(reinterpret_cast<const uint16_t *>(From + I));
    memcpy(Seen + I, &V, 2);
  }
  Compare();
  for (size_t I = 0; I != Size; I += 4) {
    auto V = __stm_read_u32(reinterpret_cast<const uint32_t *>(From + I));
    memcpy(Seen + I, &V, 4);
  }
  Compare();
  for (size_t I = 0; I != Size; I += 8) {
    auto V = __stm_read_u64(reinterpret_cast<const uint64_t *>(From + I));
    memcpy(Seen + I, &V, 8);
  }
  Compare();
  readRange(Seen, From, Size, 0);
  Compare();
  return Count;
}

TEST_F(VersionLayoutTest, EachSnapshotSeesItsOwnBytesHoweverTheyWereWritten) {
  alignas(StripeBytes) static char X[Size];
  struct View {
    OpenSnapshot R;
    char Expected[Size];
  };
  std::vector<std::unique_ptr<View>> Views;
  auto ExpectAll = [&](const char *When) {
    for (size_t I = 0; I != Views.size(); ++I) {
      unsigned Count = 0;
      Views[I]->R.run([&] { Count = differences(X, Views[I]->Expected); });
      EXPECT_EQ(Count, 0u) << "view " << I << ' ' << When;
    }
  };
  uint64_t Seed = 1;
  auto Random = [&](size_t Below) {
    Seed = Seed * 6364136223846793005u + 1442695040888963407u;
    return static_cast<size_t>(Seed >> 33) % Below;
  };
  for (int Step = 0; Step != 10; ++Step) {
    Views.push_back(std::make_unique<View>());
    memcpy(Views.back()->Expected, X, Size);
    for (int Round = 0; Round != 6; ++Round) {
      bool RollsBack = Random(4) == 0;
      uint64_t Start = Seed;
      commit([&] {
        bool IsFirst = CurrentTx->Attempts == 0;
        Seed = Start;
        for (int W = 0; W != 5; ++W) {
          static constexpr size_t Sizes[] = {1, 2, 4, 8, 13, 50};
          size_t Bytes = Sizes[Random(6)];
          size_t At = Random(Size - Bytes + 1);
          if (Bytes <= 8)
            At -= At % Bytes;
          writeSized(X + At, Bytes, Seed >> 20);
        }
        if (RollsBack && IsFirst)
          rollBackNow();
      });
    }
  }
  ExpectAll("young");
  retire();
  stm_collect(2);
  ExpectAll("old");
  // Every other one ends; what only they needed goes.
  for (size_t I = 0; I < Views.size(); ++I)
    Views.erase(Views.begin() + static_cast<long>(I));
  stm_collect(2);
  ExpectAll("after half of them has ended");
}

TEST_F(VersionLayoutTest, TwoStripesOfOneOrecKeepTheirVersionsApart) {
  constexpr size_t Bytes = size_t{80} << 20;
  void *Memory = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ASSERT_NE(Memory, MAP_FAILED);
  auto *First = static_cast<char *>(Memory);
  char *Second = First + StripeBytes;
  while (Second != First + Bytes && indexOf(Second) != indexOf(First))
    Second += StripeBytes;
  ASSERT_NE(Second, First + Bytes);
  auto &X = *reinterpret_cast<uint64_t *>(First);
  auto &Y = *reinterpret_cast<uint64_t *>(Second);
  OpenSnapshot R;
  commit([&] {
    write(X, 1);
    write(Y, 2);
    write(X, 3);
  });
  OpenSnapshot Newer;
  commit([&] { write(Y, 4); });
  commit([&] { write(X, 5); });
  auto Expect = [&] {
    EXPECT_EQ(R.read(X), 0u);
    EXPECT_EQ(R.read(Y), 0u);
    EXPECT_EQ(Newer.read(X), 3u);
    EXPECT_EQ(Newer.read(Y), 2u);
  };
  Expect();
  retire();
  stm_collect(2);
  Expect();
  R.finish();
  stm_collect(2);
  EXPECT_EQ(Newer.read(X), 3u);
  EXPECT_EQ(Newer.read(Y), 2u);
  Newer.finish();
  munmap(Memory, Bytes);
}

TEST_F(VersionLayoutTest, TimestampsMayBeAsLargeAsTheyGet) {
  static Cell X;
  constexpr Timestamp Top = LastTimestamp - (1 << 24);
  Clock.setForTesting(Top);
  OpenSnapshot R;
  EXPECT_GE(R.snapshot(), Top);
  commit([] { write(X.Value, 1); });
  OpenUpdate U;
  U.write(X, 2);
  Stop At(TestPoint::CommitBeforePublish);
  U.arm(At, 5);
  U.startFinish();
  std::vector<std::unique_ptr<OpenSnapshot>> Pushers;
  for (unsigned Round = 1; Round != 5; ++Round) {
    At.awaitArrival(Round);
    Pushers.push_back(std::make_unique<OpenSnapshot>());
    EXPECT_EQ(Pushers.back()->read(X), 1u);
    At.release(Round);
  }
  At.release();
  U.finish();
  EXPECT_EQ(readNow(X), 2u);
  retire();
  stm_collect(2);
  EXPECT_EQ(R.read(X), 0u);
  for (auto &P : Pushers)
    EXPECT_EQ(P->read(X), 1u);
  EXPECT_EQ(readNow(X), 2u);
}

/// More words than a chunk has records of.
constexpr unsigned Many = 6000;
alignas(64) uint64_t Words[Many];

uint64_t sumOf(Stepped &R) {
  uint64_t Sum = 0;
  R.run([&] {
    uint64_t S = 0;
    for (uint64_t &W : Words)
      S += read(W);
    Sum = S;
  });
  return Sum;
}

class VersionChunksTest : public VersionLayoutTest {
protected:
  VersionChunksTest() { std::fill(Words, Words + Many, 1); }

  static void writeAll(Stepped &U, uint64_t Value) {
    U.run([=] {
      for (uint64_t &W : Words)
        write(W, Value);
    });
  }
  static void writeAllIn(Stepped &Outside, uint64_t Value) {
    Outside.run([=] {
      atomically([=] {
        for (uint64_t &W : Words)
          write(W, Value);
      });
    });
  }
};

TEST_F(VersionChunksTest, AReaderPushesALargeAttemptThroughItsLastChunk) {
  auto Old = std::make_unique<OpenSnapshot>();
  OpenUpdate U;
  writeAll(U, 2);
  EXPECT_EQ(sumOf(*Old), Many);
  Stop At(TestPoint::CommitAfterClock);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  OpenSnapshot R;
  EXPECT_EQ(R.read(Words[Many - 1]), 1u);
  EXPECT_EQ(R.read(Words[0]), 1u);
  At.release();
  U.finish();
  EXPECT_EQ(sumOf(*Old), Many);
  EXPECT_EQ(sumOf(R), Many);
  OpenSnapshot Newer;
  EXPECT_EQ(sumOf(Newer), 2 * Many);
  // One of its chunks is promoted, the others aren't yet.
  Stepped Collector(Stepped::Outside);
  Stop Promoted(TestPoint::PromotedBeforeLimbo);
  Collector.arm(Promoted);
  Collector.tell([] { stm_collect(2); });
  Promoted.awaitArrival();
  EXPECT_EQ(sumOf(*Old), Many);
  EXPECT_EQ(sumOf(R), Many);
  Promoted.release();
  Collector.await();
  Old.reset();
  EXPECT_EQ(sumOf(R), Many);
  EXPECT_EQ(sumOf(Newer), 2 * Many);
}

TEST_F(VersionChunksTest,
       ALargeAttemptIsReadBetweenItsReleaseAndItsRetirement) {
  OpenSnapshot Old;
  OpenUpdate U;
  writeAll(U, 2);
  Stop At(TestPoint::AfterRelease);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  EXPECT_EQ(sumOf(Old), Many);
  OpenSnapshot Newer;
  commitElsewhere([] { write(Words[0], 3); });
  stm_collect(2);
  EXPECT_EQ(sumOf(Old), Many);
  EXPECT_EQ(sumOf(Newer), 2 * Many);
  At.release();
  U.finish();
  EXPECT_EQ(sumOf(Old), Many);
  EXPECT_EQ(sumOf(Newer), 2 * Many);
}

TEST_F(VersionChunksTest, ALargeAttemptIsHandedOver) {
  OpenUpdate U;
  writeAll(U, 2);
  OpenSnapshot R;
  U.finish();
  EXPECT_EQ(sumOf(R), Many);
  stm_collect(2);
  EXPECT_EQ(sumOf(R), Many);
  OpenSnapshot Newer;
  EXPECT_EQ(sumOf(Newer), 2 * Many);
}

TEST_F(VersionChunksTest, ALargeAttemptIsRolledBack) {
  OpenSnapshot Old;
  OpenUpdate U;
  writeAll(U, 2);
  EXPECT_EQ(sumOf(Old), Many);
  U.rollBack();
  EXPECT_EQ(sumOf(Old), Many);
  OpenSnapshot Newer;
  EXPECT_EQ(sumOf(Newer), Many);
  stm_collect(2);
  EXPECT_EQ(sumOf(Old), Many);
  writeAll(U, 3);
  EXPECT_EQ(sumOf(Old), Many);
  U.finish();
  EXPECT_EQ(sumOf(Newer), Many);
}

TEST_F(VersionChunksTest,
       ALargeUnversionedAttemptThatIsRolledBackIsHandedOver) {
  OpenUpdate U;
  writeAll(U, 2);
  OpenSnapshot R;
  U.rollBack();
  U.finish();
  EXPECT_EQ(sumOf(R), Many);
  stm_collect(2);
  EXPECT_EQ(sumOf(R), Many);
}

TEST_F(VersionChunksTest, AllOfACommitHasItsTimeAtOnce) {
  OpenSnapshot Old;
  OpenUpdate U;
  writeAll(U, 2);
  Stop At(TestPoint::BeforeRelease);
  U.arm(At);
  U.startFinish();
  At.awaitArrival(); // All is locked still.
  OpenSnapshot R;
  EXPECT_EQ(sumOf(R), 2 * Many);
  EXPECT_EQ(sumOf(Old), Many);
  At.release();
  U.finish();
  EXPECT_EQ(sumOf(R), 2 * Many);
}

TEST_F(VersionChunksTest, AChunkOutlivesTheFirstOneOfItsAttempt) {
  OpenSnapshot Old;
  writeAllIn(Owner, 2);
  stm_collect(2); // All but the last one are promoted, and given back.
  retire();
  stm_collect(2); // Goes by the times of what is in that.
  EXPECT_EQ(sumOf(Old), Many);
  OpenSnapshot Newer;
  EXPECT_EQ(sumOf(Newer), 2 * Many);
}

using VersionClockDeathTest = VersionLayoutTest;

TEST_F(VersionClockDeathTest, NoSnapshotBeginsWhenTheClockIsAtItsEnd) {
  EXPECT_EXIT(
      {
        Clock.setForTesting(LastTimestamp);
        inSnapshot([] {});
        fprintf(stderr, "the last one\n");
        Clock.setForTesting(LastTimestamp + 1);
        inSnapshot([] {});
        _exit(0);
      },
      ::testing::KilledBySignal(SIGABRT),
      "the last one\n.*there are no timestamps for snapshots any more");
}

TEST_F(VersionClockDeathTest, VersionsAreRetiredOnlyBeforeThat) {
  EXPECT_EXIT(
      {
        Clock.setForTesting(LastTimestamp);
        OpenSnapshot R;
        Stepped Writer(Stepped::Outside);
        Writer.run([] { fillChunks(2); });
        _exit(0);
      },
      ::testing::KilledBySignal(SIGABRT),
      "there are no timestamps for snapshots any more");
}

/// Without snapshots updates go on.
TEST_F(VersionClockDeathTest, UpdatesGoOnWithoutSnapshots) {
  EXPECT_EXIT(
      {
        static Cell X;
        Clock.setForTesting((Timestamp{1} << 62) - 3);
        for (int I = 0; I != 8; ++I)
          commitElsewhere([] { write(X.Value, read(X.Value) + 1); });
        _exit(X.Value == 8 ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

} // namespace

} // namespace stm::rt::testing
