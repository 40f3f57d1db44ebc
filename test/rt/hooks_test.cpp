//===- rt/hooks_test.cpp - hooks of commits and rollbacks -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "stm/stm.hpp"
#include "tx_testing.h"

#include <memory>
#include <string>

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

class HooksTest : public Counting {
protected:
  HooksTest() { Log.clear(); }
  static inline std::string Log;

  /// Adds \p Letter to the log when it is called.
  static void note(void *Letter) {
    EXPECT_FALSE(stm_in_transaction());
    Log += *static_cast<const char *>(Letter);
  }
  static void onCommit(const char *Letter) {
    stm_on_commit(note, const_cast<char *>(Letter));
  }
  static void onAbort(const char *Letter) {
    stm_on_abort(note, const_cast<char *>(Letter));
  }
};

TEST_F(HooksTest, CommitHooksRunInTheirOrderAfterTheOutermostCommit) {
  Cell X;
  atomically([&] {
    onCommit("a");
    atomically([&] { onCommit("b"); });
    write(X.Value, 1);
    onCommit("c");
    EXPECT_EQ(Log, "");
  });
  EXPECT_EQ(Log, "abc");
}

TEST_F(HooksTest, AHookSeesWhatOthersSee) {
  Cell X;
  static uint64_t Seen;
  auto Look = [](void *Arg) {
    std::thread([=] {
      atomically([&] { Seen = read(static_cast<Cell *>(Arg)->Value); });
    }).join();
  };
  atomically([&] {
    write(X.Value, 7);
    stm_on_commit(Look, &X);
  });
  EXPECT_EQ(Seen, 7u);
}

TEST_F(HooksTest, HooksOfARolledBackAttemptAreDropped) {
  Cell X;
  int Attempts = 0;
  atomically([&] {
    write(X.Value, 1);
    onCommit(++Attempts == 1 ? "x" : "a");
    if (Attempts == 1)
      rollBackNow();
  });
  EXPECT_EQ(Log, "a");
}

TEST_F(HooksTest, AbortHooksRunNewestFirstBeforeTheNextAttempt) {
  Cell X;
  int Attempts = 0;
  atomically([&] {
    EXPECT_EQ(Log, Attempts ? "ba" : "");
    write(X.Value, 5);
    onAbort("a");
    onAbort("b");
    if (++Attempts == 1)
      rollBackNow();
  });
  EXPECT_EQ(Log, "ba");
}

TEST_F(HooksTest, ARollbackNeedsNoMemoryForThem) {
  // More than there is room for at first, and some of an inner block.
  constexpr int Count = 500;
  int Attempts = 0;
  atomically([&] {
    if (++Attempts != 1)
      return;
    for (int I = 0; I != Count; ++I)
      onAbort("a");
    auto Inner = [](void *) {
      onAbort("i");
      stm_cancel();
    };
    stm::rt::Body Function = Inner;
    runScope(*CurrentTx, Function, Function, nullptr, 0, 0);
    failLogMemoryAfterForTesting(0);
    rollBackNow();
  });
  failLogMemoryAfterForTesting(-1);
  EXPECT_EQ(Log, std::string(Count, 'a') + 'i');
}

TEST_F(HooksTest, AnAbortHookSeesMemoryAsItWasBefore) {
  static Cell X;
  static uint64_t Seen;
  int Attempts = 0;
  Seen = 99;
  atomically([&] {
    write(X.Value, 5);
    stm_on_abort([](void *) { Seen = X.Value; }, nullptr);
    if (++Attempts == 1)
      rollBackNow();
  });
  EXPECT_EQ(Seen, 0u);
}

TEST_F(HooksTest, HooksMayRunTransactions) {
  static Cell X;
  int Attempts = 0;
  X.Value = 0;
  auto Add = [](void *) {
    atomically([] {
      write(X.Value, read(X.Value) + 1);
      stm_on_commit(note, const_cast<char *>("n"));
    });
  };
  atomically([&] {
    EXPECT_EQ(CurrentTx->Attempts, static_cast<uint32_t>(Attempts));
    write(X.Value, read(X.Value) + 10);
    stm_on_abort(Add, nullptr);
    stm_on_commit(Add, nullptr);
    onCommit("o");
    if (++Attempts <= 2)
      rollBackNow();
  });
  EXPECT_EQ(X.Value, 13u);
  EXPECT_EQ(Log, "nnno");
}

TEST_F(HooksTest, OutsideOfTransactionsACommitHookRunsAtOnce) {
  onCommit("a");
  onAbort("b");
  EXPECT_EQ(Log, "a");
}

TEST_F(HooksTest, AnInevitableTransactionsHooksRunAtItsEnd) {
  atomically([&] {
    onCommit("a");
    onAbort("x");
    stm_become_inevitable("test");
    onCommit("b");
    onAbort("y");
    EXPECT_EQ(Log, "");
  });
  EXPECT_EQ(Log, "ab");
}

TEST_F(HooksTest, ASnapshotHasHooksToo) {
  Cell X;
  inSnapshot([&] {
    read(X.Value);
    onCommit("a");
  });
  EXPECT_EQ(Log, "a");
}

TEST_F(HooksTest, AnExceptionThatLeavesCommitsAndRunsThem) {
  Cell X;
  try {
    atomically([&] {
      write(X.Value, 1);
      onCommit("a");
      throw 1;
    });
  } catch (int) {
    Log += "c";
  }
  EXPECT_EQ(Log, "ac");
}

TEST_F(HooksTest, ACancelledBlocksHooksWaitForTheEndOfWhatIsAround) {
  atomically([&] {
    onCommit("1");
    onAbort("x");
    EXPECT_EQ(CurrentTx->Hooks.mark().Commit, 1u);
    auto Inner = [](void *) {
      onCommit("i");
      onAbort("a");
      onAbort("b");
      stm_cancel();
    };
    stm::rt::Body Function = Inner;
    EXPECT_EQ(runScope(*CurrentTx, Function, Function, nullptr, 0, 0),
              Outcome::Cancelled);
    EXPECT_EQ(Log, "");
    onCommit("2");
  });
  EXPECT_EQ(Log, "ba12");
}

TEST_F(HooksTest, ACancelledBlocksHooksRunOnceIfAllIsRolledBack) {
  int Attempts = 0;
  atomically([&] {
    auto Inner = [](void *) {
      onAbort("a");
      onAbort("b");
      stm_cancel();
    };
    stm::rt::Body Function = Inner;
    runScope(*CurrentTx, Function, Function, nullptr, 0, 0);
    if (++Attempts == 1)
      rollBackNow();
  });
  EXPECT_EQ(Attempts, 2);
  EXPECT_EQ(Log, "baba");
}

TEST_F(HooksTest, ACallableIsDestroyedOnce) {
  struct Counted {
    int *Alive;
    explicit Counted(int *Alive) : Alive(Alive) { ++*Alive; }
    Counted(Counted &&Other) : Alive(Other.Alive) { ++*Alive; }
    ~Counted() { --*Alive; }
  };
  int Alive = 0, Calls = 0;
  atomically([&] {
    auto Owned = std::make_unique<int>(5);
    stm::on_commit(
        [C = Counted(&Alive), Owned = std::move(Owned), &Calls, &Alive] {
          Calls += *Owned;
          EXPECT_EQ(Alive, 1);
        });
    EXPECT_EQ(Alive, 1);
  });
  EXPECT_EQ(Calls, 5);
  EXPECT_EQ(Alive, 0);
}

TEST_F(HooksTest, ACopiedCallableSurvivesTheRollback) {
  int Attempts = 0;
  int Undone = 0;
  Cell X;
  atomically([&] {
    write(X.Value, 1);
    int Attempt = ++Attempts;
    stm::on_abort([Attempt, &Undone] { Undone += Attempt; });
    if (Attempt <= 2)
      rollBackNow();
  });
  EXPECT_EQ(Undone, 3);
}

using HooksDeathTest = HooksTest;

TEST_F(HooksDeathTest, AHookThatThrowsEndsTheProgram) {
  auto Throw = [](void *) { throw 1; };
  EXPECT_EXIT(atomically([&] { stm_on_commit(Throw, nullptr); }),
              ::testing::ExitedWithCode(66), "a commit hook has thrown");
}

} // namespace
