//===- rt/scope_test.cpp - inner blocks that are undone alone ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "stm/stm.hpp"
#include "tx/exclusive.h"
#include "tx_testing.h"

#include <cstring>
#include <string>

#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#endif

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

/// A block inside the running transaction, as the pass calls one that may be
/// cancelled.
template <class F> Outcome inner(F &&Block) {
  auto Run = [](void *Arg) {
    (*static_cast<std::remove_reference_t<F> *>(Arg))();
  };
  stm::rt::Body Function = Run;
  return runTransaction(Function, Function,
                        const_cast<void *>(static_cast<const void *>(&Block)),
                        nullptr);
}

/// One that surely has a mark.
template <class F> Outcome scope(F &&Block, unsigned Catches = 0) {
  auto Run = [](void *Arg) {
    (*static_cast<std::remove_reference_t<F> *>(Arg))();
  };
  stm::rt::Body Function = Run;
  return runScope(*CurrentTx, Function, Function,
                  const_cast<void *>(static_cast<const void *>(&Block)),
                  Catches, 0);
}

#if __has_feature(address_sanitizer)
using NoLeaks = __lsan::ScopedDisabler;
#else
struct NoLeaks {
  NoLeaks() {} // A variable of it isn't unused.
};
#endif

class ScopeTest : public Counting {
protected:
  ScopeTest() { transactionsMayLeave(); }
};

TEST_F(ScopeTest, CancelUndoesTheOutermostBlockAndGoesOn) {
  Cell X;
  Outcome How = inner([&] {
    write(X.Value, 5);
    stm_cancel();
  });
  EXPECT_EQ(How, Outcome::Cancelled);
  EXPECT_EQ(X.Value, 0u);
  EXPECT_FALSE(stm_in_transaction());
  EXPECT_FALSE(X.orec().load().isLocked());
  EXPECT_EQ(stats().commits, 0u);
  EXPECT_EQ(stats().cancels, 1u);
  stm_abort_info Info;
  EXPECT_EQ(stm_last_abort_info(&Info), 0);
  EXPECT_EQ(Info.kind, STM_ABORT_CANCELLED);
  atomically([&] { write(X.Value, 6); });
  EXPECT_EQ(X.Value, 6u);
}

TEST_F(ScopeTest, CancelUndoesTheInnermostBlockOnly) {
  Cell X, Y;
  atomically([&] {
    write(X.Value, 1);
    EXPECT_EQ(inner([&] {
                write(X.Value, 2);
                write(Y.Value, 2);
                stm_cancel();
              }),
              Outcome::Cancelled);
    EXPECT_EQ(read(X.Value), 1u);
    EXPECT_EQ(read(Y.Value), 0u);
    EXPECT_EQ(inner([&] { write(Y.Value, read(Y.Value) + 3); }), Outcome::Done);
    write(X.Value, read(X.Value) + 1);
  });
  EXPECT_EQ(X.Value, 2u);
  EXPECT_EQ(Y.Value, 3u);
  EXPECT_EQ(stats().commits, 1u);
}

TEST_F(ScopeTest, AFlatBlockThatCancelsRunsTheTransactionAgainOnce) {
  Cell X;
  int Outer = 0;
  for (int I = 0; I != 3; ++I)
    atomically([&] {
      ++Outer;
      inner([&] {
        write(X.Value, 1);
        stm_cancel();
      });
      EXPECT_EQ(read(X.Value), 0u);
    });
  // (Another test of this program may have cancelled one before.)
  EXPECT_LE(Outer, 4);
}

TEST_F(ScopeTest, ARollbackAfterACancelUndoesTheRestAndNothingTwice) {
  Cell X, Y;
  X.Value = 10;
  int Attempts = 0;
  atomically([&] {
    write(X.Value, 11);
    scope([&] {
      write(X.Value, 12);
      write(Y.Value, 12);
      stm_cancel();
    });
    EXPECT_EQ(read(X.Value), 11u);
    write(Y.Value, 13);
    if (++Attempts == 1)
      rollBackNow();
  });
  EXPECT_EQ(Attempts, 2);
  EXPECT_EQ(X.Value, 11u);
  EXPECT_EQ(Y.Value, 13u);

  Attempts = 0;
  inner([&] {
    write(X.Value, 20);
    scope([&] {
      write(Y.Value, 20);
      stm_cancel();
    });
    stm_cancel();
  });
  EXPECT_EQ(X.Value, 11u);
  EXPECT_EQ(Y.Value, 13u);
}

TEST_F(ScopeTest, ScopesNest) {
  Cell X;
  atomically([&] {
    Outcome Middle = scope([&] {
      write(X.Value, 1);
      scope([&] {
        write(X.Value, 2);
        stm_cancel();
      });
      EXPECT_EQ(read(X.Value), 1u);
      scope([&] { write(X.Value, 3); });
      EXPECT_EQ(read(X.Value), 3u);
      stm_cancel();
    });
    EXPECT_EQ(Middle, Outcome::Cancelled);
    EXPECT_EQ(read(X.Value), 0u);
    write(X.Value, read(X.Value) + 4);
  });
  EXPECT_EQ(X.Value, 4u);
}

TEST_F(ScopeTest, FramesOfTheTransactionAreUndoneToo) {
  uint64_t Outside = 1;
  atomically([&] {
    uint64_t Between = 1;
    // As code that has the address writes it.
    write(Between, 2);
    write(Outside, 2);
    scope([&] {
      uint64_t Inside = 1;
      write(Inside, 5);
      EXPECT_EQ(read(Inside), 5u);
      write(Between, 3);
      write(Outside, 3);
      EXPECT_EQ(read(Between), 3u);
      stm_cancel();
    });
    EXPECT_EQ(read(Between), 2u);
    EXPECT_EQ(read(Outside), 2u);
  });
  EXPECT_EQ(Outside, 2u);
}

/// Deep enough that what it leaves lies where a rollback has its own frames.
__attribute__((noinline)) void writeDeep(uint64_t Depth) {
  volatile uint64_t Room[64];
  uint64_t Shared = 0;
  Room[0] = Depth;
  scope([&] {
    write(Shared, Depth);
    if (Depth)
      writeDeep(Depth - 1);
  });
  EXPECT_EQ(Shared, Depth);
  EXPECT_EQ(Room[0], Depth);
}

TEST_F(ScopeTest, ARollbackLeavesDeadFramesAlone) {
  Cell X;
  int Attempts = 0;
  atomically([&] {
    write(X.Value, 1);
    writeDeep(20);
    if (++Attempts == 1)
      rollBackNow();
  });
  Attempts = 0;
  atomically([&] {
    scope([&] {
      write(X.Value, 2);
      writeDeep(20);
      if (++Attempts == 1)
        stm_cancel();
    });
    EXPECT_EQ(read(X.Value), 1u);
  });
  EXPECT_EQ(X.Value, 1u);
  // At the commit they are gone altogether.
  Steps At;
  Cell Y;
  Attempts = 0;
  std::thread Other([&] {
    At.await(1);
    atomically([&] { write(Y.Value, 1); });
  });
  atomically([&] {
    ++Attempts;
    read(Y.Value);
    write(X.Value, read(X.Value) + 1);
    writeDeep(20);
    At.reach(1);
    if (Attempts == 1)
      while (peekIs(Y, 0) || Y.orec().load().isLocked())
        std::this_thread::yield();
  });
  Other.join();
  EXPECT_EQ(Attempts, 2);
  EXPECT_EQ(X.Value, 2u);
}

TEST_F(ScopeTest, ALongScopeSpansChunksOfTheLog) {
  std::vector<uint64_t> Words(40000, 7);
  for (bool Before : {false, true})
    atomically([&] {
      if (Before)
        write(Words[0], 8);
      scope([&] {
        for (uint64_t &Word : Words)
          write(Word, 9);
        stm_cancel();
      });
      if (Before)
        write(Words[1], 8);
    });
  EXPECT_EQ(Words[0], 8u);
  EXPECT_EQ(Words[1], 8u);
  for (size_t I = 2; I != Words.size(); ++I)
    ASSERT_EQ(Words[I], 7u) << I;
}

TEST_F(ScopeTest, WhatACancelledBlockReadIsStillValidated) {
  Cell X, Y;
  Steps At;
  int Attempts = 0;
  std::thread Other([&] {
    At.await(1);
    atomically([&] { write(X.Value, 1); });
  });
  atomically([&] {
    ++Attempts;
    scope([&] {
      read(X.Value);
      stm_cancel();
    });
    At.reach(1);
    if (Attempts == 1)
      while (peekIs(X, 0) || X.orec().load().isLocked())
        std::this_thread::yield();
    write(Y.Value, 1);
  });
  Other.join();
  EXPECT_EQ(Attempts, 2);
}

TEST_F(ScopeTest, MemoryOfACancelledBlockGoesBackAtTheEnd) {
  Cell P;
  auto *Old = static_cast<uint64_t *>(malloc(64));
  *Old = 5;
  for (bool RollBack : {true, false}) {
    int Attempts = 0;
    atomically([&] {
      scope([&] {
        auto *New = static_cast<uint64_t *>(__stm_wrap_malloc(64));
        write(*New, 1);
        write(P.Value, reinterpret_cast<uint64_t>(New));
        __stm_wrap_free(Old);
        stm_cancel();
      });
      EXPECT_EQ(read(P.Value), 0u);
      EXPECT_EQ(read(*Old), 5u);
      if (RollBack && ++Attempts == 1)
        rollBackNow();
    });
  }
  EXPECT_EQ(*Old, 5u); // Nobody has freed it.
  free(Old);
}

TEST_F(ScopeTest, AnExceptionThatLeavesAnInnerBlockKeepsIt) {
  Cell X;
  atomically([&] {
    try {
      scope([&] {
        write(X.Value, 1);
        throw 5;
      });
      ADD_FAILURE();
    } catch (int) {
    }
    EXPECT_EQ(read(X.Value), 1u);
    EXPECT_EQ(CurrentTx->Innermost, nullptr);
  });
  EXPECT_EQ(X.Value, 1u);
}

TEST_F(ScopeTest, AnExceptionUndoesAScopeThatSaysSo) {
  Cell X, Y;
  try {
    atomically([&] {
      write(Y.Value, 1);
      scope(
          [&] {
            write(X.Value, 1);
            throw std::string("a text too long for the string itself");
          },
          STM_CATCH_THROW);
      ADD_FAILURE();
    });
    ADD_FAILURE();
  } catch (const std::string &Text) {
    EXPECT_EQ(Text, "a text too long for the string itself");
  }
  EXPECT_EQ(X.Value, 0u);
  EXPECT_EQ(Y.Value, 1u);
  EXPECT_EQ(std::uncaught_exceptions(), 0);
}

TEST_F(ScopeTest, TheHandlersAroundAScopeAreAsBefore) {
  atomically([&] {
    try {
      throw 1;
    } catch (int) {
      scope([&] {
        try {
          NoLeaks Here; // The pass would have the exception noted.
          throw 2;
        } catch (int) {
          stm_cancel();
        }
      });
      try {
        throw;
      } catch (int Again) {
        EXPECT_EQ(Again, 1);
      }
    }
  });
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_F(ScopeTest, ASnapshotThatCancelsAnInnerBlockRunsAgainAsAnUpdate) {
  Cell X;
  int Attempts = 0;
  inSnapshot([&] {
    ++Attempts;
    scope([&] {
      read(X.Value);
      stm_cancel();
    });
    EXPECT_EQ(CurrentTx->Snap, SnapshotMode::None);
  });
  EXPECT_GT(Attempts, 1);
  EXPECT_EQ(stats().snapshots, 0u);
}

TEST_F(ScopeTest, ASnapshotCanBeCancelled) {
  Cell X;
  Outcome How = Outcome::Done;
  auto Body = [](void *Arg) {
    read(static_cast<Cell *>(Arg)->Value);
    stm_cancel();
  };
  stm::rt::Body Function = Body;
  How = runSnapshot(Function, Function, &X, nullptr);
  EXPECT_EQ(How, Outcome::Cancelled);
  EXPECT_FALSE(Versioning.hasSnapshots());
}

TEST_F(ScopeTest, AloneItCanStillBeCancelled) {
  Cell X;
  int Attempts = 0;
  Outcome How = inner([&] {
    write(X.Value, 1);
    if (++Attempts == 1) {
      CurrentTx->startAlone("test", 0);
      rollBackNow();
    }
    EXPECT_TRUE(CurrentTx->Alone);
    EXPECT_FALSE(stm_is_inevitable());
    EXPECT_TRUE(holdsToken(*CurrentTx));
    stm_cancel();
  });
  EXPECT_EQ(How, Outcome::Cancelled);
  EXPECT_EQ(X.Value, 0u);
  EXPECT_FALSE(holdsToken(*CurrentTx));
  EXPECT_EQ(ExclusiveFlag.load(), 0u);
}

TEST_F(ScopeTest, AloneItBecomesInevitableAndCommits) {
  Cell X;
  int Attempts = 0;
  atomically([&] {
    write(X.Value, read(X.Value) + 1);
    if (++Attempts == 1) {
      CurrentTx->startAlone("test", 0);
      rollBackNow();
    }
    scope([&] {
      stm_become_inevitable("test");
      EXPECT_TRUE(stm_is_inevitable());
      write(X.Value, read(X.Value) + 1);
    });
    write(X.Value, read(X.Value) + 1);
  });
  EXPECT_EQ(X.Value, 3u);
  EXPECT_FALSE(holdsToken(*CurrentTx));
  EXPECT_EQ(stats().inevitable, 1u);
}

using ScopeDeathTest = ScopeTest;

TEST_F(ScopeDeathTest, CancelOutsideOfATransaction) {
  EXPECT_EXIT(stm_cancel(), ::testing::ExitedWithCode(66),
              "stm_cancel\\(\\) was called outside");
}

TEST_F(ScopeDeathTest, CancelOfWhatIsInevitable) {
  EXPECT_EXIT(inner([] {
                stm_become_inevitable("I/O");
                stm_cancel();
              }),
              ::testing::ExitedWithCode(66),
              "stm_cancel.*inevitable \\(I/O, at ");
}

} // namespace
