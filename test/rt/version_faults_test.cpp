//===- rt/version_faults_test.cpp - STM_OPTIONS=inject --------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each fault happens, at its rate, and does no harm. Those that last are set
// before the first transaction, so their tests are processes of their own
// (check/CMakeLists.txt).
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "base/inject.h"
#include "mem/version_memory.h"

#include <csignal>

namespace stm::rt {

namespace {

using namespace testing;

class FaultsTest : public VersionTest {
protected:
  static void inject(const char *What, uint64_t Seed = 1) {
    size_t Length = 0;
    ASSERT_EQ(parseInjection(What, Length), nullptr);
    startInjection(Seed);
    injectIntoThread();
  }
  ~FaultsTest() override { inject(""); }
};

/// Adds one, \p Times times, in transactions of \p Writes writes.
void count(Cell &X, unsigned Times, unsigned Writes = 1) {
  for (unsigned I = 0; I != Times; ++I)
    atomically([&] {
      for (unsigned W = 0; W != Writes; ++W)
        write(X.Value, read(X.Value) + 1);
    });
}

TEST_F(FaultsTest, AnAbortHappensAtAboutEveryNthAccess) {
  inject("abort/20");
  Cell X;
  count(X, 1000);
  EXPECT_EQ(X.Value, 1000u);
  // 2 accesses and a commit each, and what is rolled back once more.
  EXPECT_GT(stats().aborts, 75u);
  EXPECT_LT(stats().aborts, 300u);
  EXPECT_EQ(stats().aborts, injectedForTesting(Fault::Abort));
}

TEST_F(FaultsTest, LongTransactionsGetThroughWithoutBecomingInevitable) {
  inject("abort/1");
  Cell X;
  count(X, 20, 100);
  EXPECT_EQ(X.Value, 2000u);
  EXPECT_EQ(stats().inevitable, 0u);
  EXPECT_GE(stats().aborts, 20u * 5);
}

TEST_F(FaultsTest, SnapshotsAreRolledBackToo) {
  inject("abort/10");
  Cell X;
  for (unsigned I = 0; I != 100; ++I) {
    atomically([&] { write(X.Value, I); });
    EXPECT_EQ(readNow(X), I);
  }
  EXPECT_GT(stats().snapshot_aborts, 0u);
}

TEST_F(FaultsTest, TheSeedDecidesWhichTimes) {
  auto AbortsOf = [&](uint64_t Seed) {
    inject("abort/7", Seed);
    std::vector<unsigned> Attempts;
    Cell X;
    for (unsigned I = 0; I != 50; ++I) {
      unsigned Begun = 0;
      unsigned *Counter = &Begun;
      atomically([&] {
        ++*Counter;
        write(X.Value, read(X.Value) + 1);
      });
      Attempts.push_back(Begun);
    }
    return Attempts;
  };
  EXPECT_EQ(AbortsOf(3), AbortsOf(3));
  EXPECT_NE(AbortsOf(3), AbortsOf(4));
}

TEST_F(FaultsTest, WithoutMemoryATransactionRunsAlone) {
  Cell X[4096];
  inject("memory/1");
  atomically([&] {
    for (Cell &C : X)
      write(C.Value, read(C.Value) + 1);
  });
  EXPECT_GT(injectedForTesting(Fault::Memory), 0u);
  EXPECT_EQ(stats().inevitable, 1u);
  for (Cell &C : X)
    EXPECT_EQ(C.Value, 1u);
}

TEST_F(FaultsTest, ADelayIsMetBetweenTwoSteps) {
  inject("delay/3");
  Cell X;
  count(X, 20);
  EXPECT_GT(injectedForTesting(Fault::Delay), 0u);
}

std::atomic<unsigned> Signals{0};

TEST_F(FaultsTest, ASignalComesInsideATransaction) {
  struct sigaction Mine = {}, Before;
  Mine.sa_handler = [](int) {
    if (CurrentTx->InTransaction)
      Signals.fetch_add(1);
  };
  sigaction(SIGURG, &Mine, &Before);
  Signals.store(0);
  inject("signal/10");
  Cell X;
  count(X, 200);
  EXPECT_EQ(X.Value, 200u);
  EXPECT_GT(Signals.load(), 0u);
  EXPECT_EQ(Signals.load(), injectedForTesting(Fault::Signal));
  sigaction(SIGURG, &Before, nullptr);
}

TEST_F(FaultsTest, ASmallChunkHoldsAFewRecords) {
  inject("chunks");
  Cell X;
  UndoChunk *C = allocateChunk();
  EXPECT_EQ(C->limit() - reinterpret_cast<char *>(C), 1024);
  freeChunk(C);
  OpenSnapshot Reader; // So that versions are kept.
  EXPECT_EQ(Reader.read(X), 0u);
  count(X, 4, 4096);
  EXPECT_EQ(X.Value, 4u * 4096);
  EXPECT_EQ(Reader.read(X), 0u);
}

TEST_F(FaultsTest, WhatIsNotAFaultIsNamed) {
  const char *Bad[] = {"abbort",      "abort/",   "abort/0", "abort/x",
                       "abort/65536", "chunks/3", "/3",      "+"};
  for (const char *Text : Bad) {
    size_t Length = 99;
    EXPECT_EQ(parseInjection(Text, Length), Text) << Text;
    EXPECT_EQ(Length, Text[0] == '+' ? 0 : strlen(Text)) << Text;
  }
  size_t Length = 0;
  const char *Second = "abort/65535+oops+chunks";
  EXPECT_EQ(parseInjection(Second, Length), Second + 12);
  EXPECT_EQ(Length, 4u);
  EXPECT_EQ(parseInjection("memory+delay/2+signal/9+orecs+clock", Length),
            nullptr);
}

} // namespace

} // namespace stm::rt
