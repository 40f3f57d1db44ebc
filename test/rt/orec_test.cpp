//===- rt/orec_test.cpp - ownership records and the clock -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version/orec.h"

#include "../same_orec.h"
#include "version/lookahead.h"
#include "version/orec_table.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sys/mman.h>
#include <thread>
#include <vector>

using namespace stm::rt;

namespace {

TEST(WriterNote, KnowsTheCodeAndTheFirstWrite) {
  const uintptr_t Pc = 0x7ffff7a1b2c3;
  for (uintptr_t At : {uintptr_t{0x7f1234567888}, uintptr_t{0x5555aaaa0010}}) {
    WriterNote Note = WriterNote::of(Pc, reinterpret_cast<const void *>(At), 8);
    EXPECT_EQ(Note.pc(), Pc);
    EXPECT_TRUE(Note.isOfStripe(At));
    EXPECT_TRUE(Note.isOfStripe(At / StripeBytes * StripeBytes));
    EXPECT_FALSE(Note.isOfStripe(At + StripeBytes));
    EXPECT_TRUE(Note.overlaps(At, 1));
    EXPECT_TRUE(Note.overlaps(At + 7, 1));
    EXPECT_FALSE(Note.overlaps(At + 8, 8));
    EXPECT_FALSE(Note.overlaps(At - 8, 8));
    EXPECT_TRUE(Note.overlaps(At - 8, 9));
  }
}

TEST(WriterNote, MayKnowTheCodeAlone) {
  EXPECT_EQ(WriterNote::ofCode(0x1234).pc(), 0x1234u);
  EXPECT_FALSE(WriterNote::ofCode(0x1234).hasAddress());
  EXPECT_TRUE(WriterNote::of(0x1234, nullptr, 1).hasAddress());
}

TEST(WriterNote, TellsStripesOfOneOrecApart) {
  const uintptr_t At = 0x7f1234567888;
  const uintptr_t Other = stm::check::nextOfSameOrec(At);
  ASSERT_EQ(orecIndex(At), orecIndex(Other));
  EXPECT_FALSE(WriterNote::of(1, reinterpret_cast<const void *>(At), 4)
                   .isOfStripe(Other));
}

TEST(OrecWordTest, LockIsAboveEveryTimestamp) {
  int Owner;
  OrecWord Lock = OrecWord::lockedBy(&Owner);
  EXPECT_TRUE(Lock.isLocked());
  OrecWord Old(1), Newest((uint64_t{1} << 62) - 1);
  EXPECT_FALSE(Old.isLocked());
  EXPECT_FALSE(Newest.isLocked());
  EXPECT_GT(Lock.raw(), Newest.raw());
}

TEST(OrecWordTest, LocksOfTwoOwnersDiffer) {
  int A, B;
  EXPECT_FALSE(OrecWord::lockedBy(&A) == OrecWord::lockedBy(&B));
  EXPECT_TRUE(OrecWord::lockedBy(&A) == OrecWord::lockedBy(&A));
}

TEST(OrecTest, IsLockedFromTheExpectedWordOnly) {
  Orec O = {};
  int Owner;
  OrecWord Mine = OrecWord::lockedBy(&Owner);
  O.release(7);
  EXPECT_FALSE(O.tryLock(OrecWord(6), Mine));
  EXPECT_EQ(O.load().timestamp(), 7u);
  EXPECT_TRUE(O.tryLock(OrecWord(7), Mine));
  EXPECT_TRUE(O.load() == Mine);
}

TEST(OrecTest, ReleaseLeavesTheTimestampAndTheWriter) {
  Orec O = {};
  int Owner;
  ASSERT_TRUE(O.tryLock(OrecWord(0), OrecWord::lockedBy(&Owner)));
  O.note(WriterNote(0x42));
  O.release(9);
  EXPECT_FALSE(O.load().isLocked());
  EXPECT_EQ(O.load().timestamp(), 9u);
  EXPECT_EQ(O.writer().pc(), 0x42u);
}

TEST(OrecTest, OneOfManyThreadsGetsTheLock) {
  for (int Round = 0; Round != 200; ++Round) {
    Orec O = {};
    std::atomic<int> Winners{0}, Ready{0};
    std::vector<std::thread> Threads;
    for (int I = 0; I != 4; ++I)
      Threads.emplace_back([&, I] {
        ++Ready;
        while (Ready != 4)
          std::this_thread::yield();
        Winners += O.tryLock(OrecWord(0), OrecWord::lockedBy(&O + I));
      });
    for (std::thread &T : Threads)
      T.join();
    ASSERT_EQ(Winners, 1);
  }
}

TEST(OrecTableTest, BytesOfAStripeShareAnOrec) {
  uintptr_t Stripe = 0x7f0000001240;
  for (uintptr_t Byte = 0; Byte != StripeBytes; ++Byte)
    EXPECT_EQ(orecIndex(Stripe + Byte), orecIndex(Stripe));
  EXPECT_NE(orecIndex(Stripe - 1), orecIndex(Stripe));
  EXPECT_NE(orecIndex(Stripe + StripeBytes), orecIndex(Stripe));
}

TEST(OrecTableTest, IndexIsInTheTable) {
  for (uintptr_t A = 1; A; A <<= 1) {
    EXPECT_LT(orecIndex(A), OrecCount);
    EXPECT_LT(orecIndex(~A), OrecCount);
  }
}

TEST(OrecTableTest, OrecsAreInTheOrderOfTheirStripes) {
  uint32_t Last = orecIndex(0x7f1234567000);
  unsigned Skipped = 0;
  constexpr unsigned Stripes = 100000;
  for (uintptr_t I = 1; I != Stripes; ++I) {
    uint32_t Next = orecIndex(0x7f1234567000 + I * StripeBytes);
    uint32_t Step = (Next - Last) % OrecCount;
    ASSERT_TRUE(Step == 1 || Step == 2) << I;
    Skipped += Step == 2;
    Last = Next;
  }
  EXPECT_LT(Skipped, Stripes / 100);
}

TEST(OrecTableTest, BlocksAPowerOfTwoApartDoNotShareOrecs) {
  // Stacks of threads lie 8 MiB apart, their arenas of malloc 64 MiB. Of each
  // the first 64 KB.
  for (uintptr_t Distance :
       {uintptr_t{8} << 20, uintptr_t{64} << 20, uintptr_t{4} << 30}) {
    std::set<uint32_t> Seen;
    constexpr unsigned Blocks = 8, Stripes = 2000;
    for (uintptr_t B = 0; B != Blocks; ++B)
      for (uintptr_t I = 0; I != Stripes; ++I)
        Seen.insert(orecIndex(0x7f0000000000 + B * Distance + I * StripeBytes));
    EXPECT_EQ(Seen.size(), Blocks * Stripes) << Distance;
  }
}

TEST(VersionClockTest, NoTimestampIsGivenTwice) {
  VersionClock C;
  constexpr int Threads = 4, Each = 5000;
  std::vector<std::vector<Timestamp>> Given(Threads);
  std::vector<std::thread> All;
  for (int I = 0; I != Threads; ++I)
    All.emplace_back([&, I] {
      for (int N = 0; N != Each; ++N) {
        Timestamp Before = C.now();
        Timestamp Mine = C.advance();
        ASSERT_GT(Mine, Before);
        ASSERT_GE(C.now(), Mine);
        Given[static_cast<size_t>(I)].push_back(Mine);
      }
    });
  for (std::thread &T : All)
    T.join();
  std::set<Timestamp> Distinct;
  for (auto &G : Given)
    Distinct.insert(G.begin(), G.end());
  EXPECT_EQ(Distinct.size(), size_t{Threads * Each});
  EXPECT_EQ(C.now(), Timestamp{Threads * Each});
}

/// Whether the system says that what lies there is to be in huge pages.
bool isForHugePages(uintptr_t Address) {
  // "begin-end …" and, further down, "VmFlags: … hg …".
  std::ifstream Maps("/proc/self/smaps");
  bool IsIt = false;
  for (std::string Line; std::getline(Maps, Line);) {
    uintptr_t Begin, End;
    if (sscanf(Line.c_str(), "%lx-%lx ", &Begin, &End) == 2)
      IsIt = Begin <= Address && Address < End;
    else if (IsIt && Line.starts_with("VmFlags:"))
      return (Line + " ").find(" hg ") != std::string::npos;
  }
  return false;
}

TEST(OrecTable, IsToLieInHugePages) {
  constexpr size_t Bytes = size_t{4} << 20;
  void *Other = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  madvise(Other, Bytes, MADV_HUGEPAGE);
  bool IsShown = isForHugePages(reinterpret_cast<uintptr_t>(Other));
  munmap(Other, Bytes);
  if (!IsShown)
    GTEST_SKIP() << "a system without them, or that doesn't show them";
  askForHugePages();
  EXPECT_TRUE(
      isForHugePages(reinterpret_cast<uintptr_t>(&OrecTable[OrecCount / 2])));
}

TEST(LookaheadTest, GroupsOfOrecsLieInTheTable) {
  size_t Cut = 0;
  for (uint32_t Stripe = 0; Stripe != OrecCount; ++Stripe) {
    const Orec *First = &OrecTable[orecIndexOfStripe(Stripe)];
    const Orec *Group = Lookahead::groupOf(Stripe);
    ASSERT_LE(Group + Lookahead::Group, OrecTable + OrecCount);
    ASSERT_LE(Group, First);
    ASSERT_GT(Group + Lookahead::Group, First);
    Cut += Group != First;
  }
  EXPECT_GT(Cut, 0u); // At its end.
}

} // namespace
