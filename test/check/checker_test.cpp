//===- check/checker_test.cpp - histories known good and known bad --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A history is written down as what happens, one after the other:
//
//   "1 begins, 1 reads x 0, 1 writes x 1, 1 asks, 1 commits"
//
// 1 is the thread. "asks" (to commit) may be left out where it comes just
// before "commits". Reads have a ticket too, so that a dirty one is known by
// its time. All cells hold 0 at first.
//
//===----------------------------------------------------------------------===//

#include "checker.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

namespace stm::check {

namespace {

History parse(const std::string &Text) {
  struct Open {
    Attempt A;
    std::vector<Operation> Operations;
  };
  History H;
  std::map<unsigned, Open> Running;
  std::map<unsigned, unsigned> Numbers;
  std::map<std::string, uint32_t> Cells;
  Ticket Now = 0;
  std::stringstream Events(Text);
  for (std::string Event; std::getline(Events, Event, ',');) {
    std::stringstream Words(Event);
    unsigned Thread;
    std::string Does, Name;
    uint64_t Value;
    Words >> Thread >> Does;
    Open &O = Running[Thread];
    if (Does == "begins") {
      O = {{Thread, ++Numbers[Thread], false, ++Now, 0, 0, 0, 0}, {}};
    } else if (Does == "reads" || Does == "writes") {
      Words >> Name >> Value;
      auto [Cell, IsNew] = Cells.try_emplace(Name, H.Cells.size());
      if (IsNew)
        H.Cells.push_back({Name, 0});
      O.Operations.push_back(
          {Does == "reads" ? Operation::Read : Operation::Write, Cell->second,
           Value, Now});
    } else if (Does == "asks") {
      O.A.AskedToCommit = ++Now;
    } else {
      EXPECT_TRUE(Does == "commits" || Does == "aborts") << Event;
      O.A.Committed = Does == "commits";
      if (O.A.Committed && !O.A.AskedToCommit)
        O.A.AskedToCommit = ++Now;
      O.A.End = ++Now;
      O.A.First = H.Operations.size();
      H.Operations.insert(H.Operations.end(), O.Operations.begin(),
                          O.Operations.end());
      O.A.Last = H.Operations.size();
      H.Attempts.push_back(O.A);
      Running.erase(Thread);
    }
  }
  EXPECT_TRUE(Running.empty()) << "an attempt has no end";
  return H;
}

void expectOpaque(const char *Text) {
  Verdict V = check(parse(Text));
  EXPECT_TRUE(V.IsOpaque);
  EXPECT_TRUE(V.IsStrictlySerializable);
  EXPECT_EQ(V.Why, "");
}

/// What has committed is all right, what was rolled back has seen what it must
/// not see.
void expectOnlySerializable(const char *Text, const char *Why) {
  Verdict V = check(parse(Text));
  EXPECT_FALSE(V.IsOpaque);
  EXPECT_TRUE(V.IsStrictlySerializable);
  EXPECT_EQ(V.Why, Why);
}

void expectBad(const char *Text, const char *Why) {
  Verdict V = check(parse(Text));
  EXPECT_FALSE(V.IsOpaque);
  EXPECT_FALSE(V.IsStrictlySerializable);
  EXPECT_EQ(V.Why, Why);
}

#define CYCLE "a cycle: each of these must come before the next one\n"

// --- Good ones ---------------------------------------------------------------
TEST(GoodHistories, NothingHappened) { expectOpaque(""); }

TEST(GoodHistories, OneAfterTheOther) {
  expectOpaque("1 begins, 1 reads x 0, 1 writes x 1, 1 commits,"
               "2 begins, 2 reads x 1, 2 writes x 2, 2 commits,"
               "1 begins, 1 reads x 2, 1 commits");
}

TEST(GoodHistories, ConcurrentOnesOfDifferentCells) {
  expectOpaque("1 begins, 2 begins, 1 reads x 0, 2 reads y 0, 1 writes x 1,"
               "2 writes y 1, 2 commits, 1 commits");
}

TEST(GoodHistories, AReaderComesBeforeWhoOverwritesWhatItRead) {
  expectOpaque("1 begins, 1 reads x 0, 2 begins, 2 reads x 0, 2 writes x 1,"
               "2 commits, 1 reads y 0, 1 commits");
}

TEST(GoodHistories, AnAbortedAttemptsWritesAreNotThere) {
  expectOpaque("1 begins, 1 reads x 0, 1 writes x 1, 1 aborts,"
               "2 begins, 2 reads x 0, 2 writes x 2, 2 commits");
}

TEST(GoodHistories, TwoThatOverwroteTheSameOneOfThemRolledBack) {
  expectOpaque("1 begins, 2 begins, 1 reads x 0, 2 reads x 0, 1 writes x 1,"
               "1 commits, 2 writes x 2, 2 aborts");
}

TEST(GoodHistories, ItsOwnWritesAreRead) {
  expectOpaque("1 begins, 1 reads x 0, 1 writes x 1, 1 reads x 1,"
               "1 writes x 2, 1 reads x 2, 1 commits,"
               "2 begins, 2 reads x 2, 2 commits");
}

TEST(GoodHistories, ASnapshotOfAMomentInBetween) {
  expectOpaque("1 begins,"
               "2 begins, 2 reads x 0, 2 writes x 1, 2 commits, 1 reads x 1,"
               "2 begins, 2 reads x 1, 2 reads y 0, 2 writes x 2, 2 writes y 2,"
               "2 commits, 1 reads y 0, 1 commits");
}

TEST(GoodHistories, AValueIsReadWhileItsWriterIsAboutToReturn) {
  expectOpaque("1 begins, 2 begins, 1 reads x 0, 1 writes x 1, 1 asks,"
               "2 reads x 1, 2 commits, 1 commits");
}

TEST(GoodHistories, AnAbortedAttemptSawAMomentOfItsOwn) {
  expectOpaque("1 begins, 1 reads x 0, 1 reads y 0,"
               "2 begins, 2 reads x 0, 2 writes x 1, 2 commits, 1 aborts");
}

// --- Bad ones: what committed
// -------------------------------------------------
TEST(BadHistories, LostUpdate) {
  expectBad("1 begins, 2 begins, 1 reads x 0, 2 reads x 0, 1 writes x 1,"
            "1 commits, 2 writes x 2, 2 commits",
            CYCLE "  T1.1 (committed) read x = 0, which T2.1 (committed) "
                  "overwrote with 2\n"
                  "  T2.1 (committed) read x = 0, which T1.1 (committed) "
                  "overwrote with 1\n");
}

TEST(BadHistories, WriteSkew) {
  expectBad("1 begins, 2 begins, 1 reads x 0, 1 reads y 0, 2 reads x 0,"
            "2 reads y 0, 1 writes x 1, 2 writes y 2, 1 commits, 2 commits",
            CYCLE "  T1.1 (committed) read y = 0, which T2.1 (committed) "
                  "overwrote with 2\n"
                  "  T2.1 (committed) read x = 0, which T1.1 (committed) "
                  "overwrote with 1\n");
}

TEST(BadHistories, WriteSkewOfThree) {
  expectBad("1 begins, 2 begins, 3 begins, 1 reads x 0, 1 reads y 0,"
            "2 reads y 0, 2 reads z 0, 3 reads z 0, 3 reads x 0,"
            "1 writes x 1, 2 writes y 2, 3 writes z 3,"
            "1 commits, 2 commits, 3 commits",
            CYCLE "  T1.1 (committed) read y = 0, which T2.1 (committed) "
                  "overwrote with 2\n"
                  "  T2.1 (committed) read z = 0, which T3.1 (committed) "
                  "overwrote with 3\n"
                  "  T3.1 (committed) read x = 0, which T1.1 (committed) "
                  "overwrote with 1\n");
}

TEST(BadHistories, ReadOnlyAnomaly) {
  // Fekete, O'Neil, O'Neil: "A read-only transaction anomaly under snapshot
  // isolation", SIGMOD Record 2004. Without the third it would be all right.
  expectBad("1 begins, 1 reads x 0, 1 reads y 0,"
            "2 begins, 2 reads y 0, 2 writes y 20, 2 commits,"
            "3 begins, 3 reads x 0, 3 reads y 20, 3 commits,"
            "1 writes x 11, 1 commits",
            CYCLE "  T1.1 (committed) read y = 0, which T2.1 (committed) "
                  "overwrote with 20\n"
                  "  T2.1 (committed) wrote y = 20, which T3.1 (committed) "
                  "read\n"
                  "  T3.1 (committed) read x = 0, which T1.1 (committed) "
                  "overwrote with 11\n");
}

TEST(BadHistories, NonAtomicSnapshot) {
  expectBad("1 begins, 1 reads x 0,"
            "2 begins, 2 reads x 0, 2 reads y 0, 2 writes x 1, 2 writes y 1,"
            "2 commits, 1 reads y 1, 1 commits",
            CYCLE "  T1.1 (committed) read x = 0, which T2.1 (committed) "
                  "overwrote with 1\n"
                  "  T2.1 (committed) wrote y = 1, which T1.1 (committed) "
                  "read\n");
}

TEST(BadHistories, NonRepeatableRead) {
  expectBad("1 begins, 1 reads x 0,"
            "2 begins, 2 reads x 0, 2 writes x 1, 2 commits,"
            "1 reads x 1, 1 commits",
            CYCLE "  T1.1 (committed) read x = 0, which T2.1 (committed) "
                  "overwrote with 1\n"
                  "  T2.1 (committed) wrote x = 1, which T1.1 (committed) "
                  "read\n");
}

TEST(BadHistories, StaleSnapshot) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 1 commits,"
            "2 begins, 2 reads x 0, 2 commits",
            CYCLE "  T1.1 (committed) ended before T2.1 (committed) began\n"
                  "  T2.1 (committed) read x = 0, which T1.1 (committed) "
                  "overwrote with 1\n");
}

TEST(BadHistories, TimeRunsBackwardsBetweenReaders) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 1 asks,"
            "2 begins, 2 reads x 1, 2 commits,"
            "3 begins, 3 reads x 0, 3 commits, 1 commits",
            CYCLE "  T1.1 (committed) wrote x = 1, which T2.1 (committed) "
                  "read\n"
                  "  T2.1 (committed) ended before T3.1 (committed) began\n"
                  "  T3.1 (committed) read x = 0, which T1.1 (committed) "
                  "overwrote with 1\n");
}

TEST(BadHistories, TwoReadersDisagreeAboutTheOrderOfTwoWriters) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 2 begins, 2 reads y 0,"
            "2 writes y 2, 3 begins, 4 begins, 1 asks, 2 asks,"
            "3 reads x 1, 3 reads y 0, 4 reads y 2, 4 reads x 0,"
            "1 commits, 2 commits, 3 commits, 4 commits",
            CYCLE "  T1.1 (committed) wrote x = 1, which T3.1 (committed) "
                  "read\n"
                  "  T3.1 (committed) read y = 0, which T2.1 (committed) "
                  "overwrote with 2\n"
                  "  T2.1 (committed) wrote y = 2, which T4.1 (committed) "
                  "read\n"
                  "  T4.1 (committed) read x = 0, which T1.1 (committed) "
                  "overwrote with 1\n");
}

TEST(BadHistories, EachReadsTheOthersWrite) {
  expectBad("1 begins, 2 begins, 1 reads x 0, 1 writes x 1, 2 reads y 0,"
            "2 writes y 2, 1 asks, 2 asks, 1 reads y 2, 2 reads x 1,"
            "1 commits, 2 commits",
            CYCLE "  T1.1 (committed) wrote x = 1, which T2.1 (committed) "
                  "read\n"
                  "  T2.1 (committed) wrote y = 2, which T1.1 (committed) "
                  "read\n");
}

TEST(BadHistories, AbortedRead) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 2 begins, 2 reads x 1,"
            "1 aborts, 2 commits",
            "T2.1 (committed) read x = 1, which only T1.1 (aborted) wrote\n");
}

TEST(BadHistories, UndoThatIsMissing) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 1 aborts,"
            "2 begins, 2 reads x 1, 2 commits",
            "T2.1 (committed) read x = 1, which only T1.1 (aborted) wrote\n");
}

TEST(BadHistories, IntermediateRead) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 2 begins, 2 reads x 1,"
            "2 commits, 1 writes x 2, 1 commits",
            "T2.1 (committed) read x = 1, which T1.1 (committed) overwrote "
            "itself before its end\n");
}

TEST(BadHistories, AValueOutOfNowhere) {
  expectBad("1 begins, 1 reads x 7, 1 commits",
            "T1.1 (committed) read x = 7, which nobody wrote\n");
}

TEST(BadHistories, ItsOwnWriteIsLost) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 1 reads x 0, 1 commits",
            "T1.1 (committed) read x = 0, but had written 1 itself\n");
}

TEST(BadHistories, ACommittedWriteIsLost) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 1 commits,"
            "2 begins, 2 reads x 0, 2 writes x 2, 2 commits",
            CYCLE "  T1.1 (committed) read x = 0, which T2.1 (committed) "
                  "overwrote with 2\n"
                  "  T2.1 (committed) read x = 0, which T1.1 (committed) "
                  "overwrote with 1\n");
}

// --- Bad ones: what was rolled back
// -------------------------------------------
TEST(BadHistories, Zombie) {
  expectOnlySerializable(
      "1 begins, 1 reads x 0,"
      "2 begins, 2 reads x 0, 2 reads y 0, 2 writes x 1, 2 writes y 1,"
      "2 commits, 1 reads y 1, 1 aborts",
      CYCLE
      "  T1.1 (aborted) read x = 0, which T2.1 (committed) overwrote with "
      "1\n"
      "  T2.1 (committed) wrote y = 1, which T1.1 (aborted) read\n");
}

TEST(BadHistories, ZombieOfAWriter) {
  expectOnlySerializable(
      "1 begins, 1 reads z 0, 1 writes z 5, 1 reads x 0,"
      "2 begins, 2 reads x 0, 2 reads y 0, 2 writes x 1, 2 writes y 1,"
      "2 commits, 1 reads y 1, 1 aborts",
      CYCLE
      "  T1.1 (aborted) read x = 0, which T2.1 (committed) overwrote with "
      "1\n"
      "  T2.1 (committed) wrote y = 1, which T1.1 (aborted) read\n");
}

TEST(BadHistories, DirtyReadByOneThatIsRolledBack) {
  expectOnlySerializable(
      "1 begins, 1 reads x 0, 1 writes x 1, 2 begins, 2 reads x 1, 2 aborts,"
      "1 aborts",
      "T2.1 (aborted) read x = 1, which only T1.1 (aborted) wrote\n");
}

TEST(BadHistories, DirtyReadOfWhatIsCommittedLater) {
  expectOnlySerializable("1 begins, 1 reads x 0, 1 writes x 1, 2 begins,"
                         "2 reads x 1, 1 commits, 2 commits",
                         "T2.1 (committed) read x = 1 before T1.1 (committed) "
                         "had asked to commit it\n");
}

TEST(BadHistories, StaleSnapshotOfOneThatIsRolledBack) {
  expectOnlySerializable(
      "1 begins, 1 reads x 0, 1 writes x 1, 1 commits,"
      "2 begins, 2 reads x 0, 2 aborts",
      CYCLE
      "  T1.1 (committed) ended before T2.1 (aborted) began\n"
      "  T2.1 (aborted) read x = 0, which T1.1 (committed) overwrote with "
      "1\n");
}

TEST(BadHistories, AnAbortedAttemptSawTheFuture) {
  expectOnlySerializable(
      "1 begins, 1 reads x 0, 1 writes x 1, 1 asks,"
      "2 begins, 2 reads x 1, 2 aborts,"
      "3 begins, 3 reads x 0, 3 commits, 1 commits",
      CYCLE "  T1.1 (committed) wrote x = 1, which T2.1 (aborted) read\n"
            "  T2.1 (aborted) ended before T3.1 (committed) began\n"
            "  T3.1 (committed) read x = 0, which T1.1 (committed) overwrote "
            "with 1\n");
}

// --- What the checker can't say
// ------------------------------------------------
TEST(UncheckableHistories, ABlindWrite) {
  expectBad("1 begins, 1 writes x 1, 1 commits",
            "this history can't be checked: T1.1 (committed) wrote x = 1 "
            "without having read the cell\n");
}

TEST(UncheckableHistories, AValueThatIsWrittenTwice) {
  expectBad("1 begins, 1 reads x 0, 1 writes x 1, 1 commits,"
            "2 begins, 2 reads x 1, 2 reads y 0, 2 writes x 1, 2 commits",
            "this history can't be checked: x got 1 twice\n");
}

// --- Its cost
// -------------------------------------------------------------------
TEST(LongHistories, TenThousandsOfAttempts) {
  // With quadratically many edges of real time this would take gigabytes.
  History H;
  H.Cells = {{"x", 0}, {"y", 0}};
  for (uint64_t I = 0; I != 50000; ++I) {
    size_t First = H.Operations.size();
    uint32_t Cell = I % 2;
    uint64_t Old = I < 2 ? 0 : I - 1, New = I + 1;
    H.Operations.push_back({Operation::Read, Cell, Old});
    H.Operations.push_back({Operation::Write, Cell, New});
    H.Attempts.push_back({1, static_cast<unsigned>(I + 1), true, 3 * I + 1,
                          3 * I + 2, 3 * I + 3, First, First + 2});
  }
  EXPECT_TRUE(check(H).IsOpaque);
  // Not what is there, but the one before: an update is lost.
  H.Operations[H.Operations.size() - 2].Value -= 2;
  EXPECT_FALSE(check(H).IsOpaque);
}

TEST(Histories, AreShownAnAttemptALine) {
  EXPECT_EQ(toText(parse("2 begins, 1 begins, 1 reads x 0, 1 writes x 1,"
                         "1 commits, 2 aborts")),
            "T2.1 (aborted) [1, 5]:\n"
            "T1.1 (committed) [2, 4]: reads x = 0, writes x = 1\n");
}

} // namespace

} // namespace stm::check
