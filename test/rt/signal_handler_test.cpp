//===- rt/signal_handler_test.cpp - handlers where a thread waits ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/check.h"
#include "tx/block.h"
#include "tx/signal_handler.h"

#include "version_testing.h"

#include <csetjmp>
#include <csignal>

namespace stm::rt::testing {

namespace {

/// Runs \p Handler as a signal's, once, when this thread is at \p Point.
class Interrupt {
public:
  Interrupt(TestPoint Point, void (*Handler)()) {
    At = Point;
    Call = Handler;
    Armed = true;
    signal(SIGUSR1, [](int) { Call(); });
    TestPointHook.store([](TestPoint Here) {
      if (!Armed || Here != At)
        return Stop::hook(Here);
      Armed = false;
      raise(SIGUSR1);
    });
  }
  ~Interrupt() {
    Armed = false;
    TestPointHook.store(Stop::hook);
    signal(SIGUSR1, SIG_DFL);
  }

private:
  static thread_local TestPoint At;
  static thread_local void (*Call)();
  static thread_local bool Armed;
};
thread_local TestPoint Interrupt::At;
thread_local void (*Interrupt::Call)() = nullptr;
thread_local bool Interrupt::Armed = false;

/// A process that isn't ended might wait for ever.
constexpr unsigned MostSeconds = 10;

/// \p Run waits at \p Point. (The process is a new one.)
void expectRefusal(TestPoint Point, void (*Run)()) {
  void (*Handlers[])() = {[] {
                            atomically([] {});
                            _exit(0);
                          },
                          [] {
                            beginBlock({}, 0);
                            _exit(0);
                          }};
  for (void (*Handler)() : Handlers)
    EXPECT_EXIT(
        {
          alarm(MostSeconds);
          atomically([] {}); // A thread's first is not as all others.
          SecondThread Others;
          Interrupt Now(Point, Handler);
          Run();
          _exit(0);
        },
        ::testing::ExitedWithCode(66), "a signal handler began a transaction");
}

class SignalHandlerTest : public VersionTest {
protected:
  SignalHandlerTest() { ParsedOptions.Quiesce = QuiesceMode::Lazy; }
};

TEST_F(SignalHandlerTest, NoneWhileItWaitsToRunAlone) {
  expectRefusal(TestPoint::ExclusiveBeforeSlots, [] { beginBlock({}, 0); });
}

TEST_F(SignalHandlerTest, NoneWhileItBacksOff) {
  expectRefusal(TestPoint::RolledBack, [] {
    atomically([First = true]() mutable {
      if (std::exchange(First, false))
        rollBackNow();
    });
  });
}

TEST_F(SignalHandlerTest, NoneWhileItsCommitWaits) {
  expectRefusal(TestPoint::QuiesceBeforeSlot, [] {
    static Cell X;
    OpenUpdate Older;
    atomically([] { write(X.Value, 1); });
  });
}

Cell Left;
/// \p Then comes after a block that has left its wait, for one that goes on.
template <class F> void withAWaitLeft(F Then) {
  OpenUpdate Older;
  lazily([] { write(Left.Value, 1); });
  Then();
}

TEST_F(SignalHandlerTest, NoneWhileACancelledOneWaits) {
  expectRefusal(TestPoint::QuiesceBeforeSlot, [] {
    withAWaitLeft([] {
      atomically([] {
        read(Left.Value);
        stm_cancel();
      });
    });
  });
}

TEST_F(SignalHandlerTest, NoneWhileItWaitsBeforeItSleeps) {
  expectRefusal(TestPoint::QuiesceBeforeSlot, [] {
    withAWaitLeft([] {
      atomically([] {
        read(Left.Value);
        stm_retry();
      });
    });
  });
}

TEST_F(SignalHandlerTest, NoneWhileItWaitsBeforeItTellsOthers) {
  expectRefusal(TestPoint::QuiesceBeforeSlot, [] {
    withAWaitLeft([] { atomically([] { CurrentTx->beforeTelling(0); }); });
  });
}

/// What it has allocated is given back, perhaps by the program's own code.
TEST_F(SignalHandlerTest, NoneWhileARollbackWaits) {
  expectRefusal(TestPoint::QuiesceBeforeSlot, [] {
    withAWaitLeft([] {
      atomically([] {
        __stm_wrap__Znwm(64);
        rollBackNow();
      });
    });
  });
}

TEST_F(SignalHandlerTest, ItMayRunBlocksWhileItsThreadSleepsInRetry) {
  static Cell X, Y;
  Interrupt Now(TestPoint::RetryBeforeSleep, [] {
    inReadOnly([] { read(Y.Value); });
    atomically([] { write(X.Value, 1); });
  });
  unsigned Runs = 0;
  atomically([&] {
    EXPECT_EQ(CurrentTx->Kind, TxKind::Update);
    EXPECT_EQ(CurrentTx->Attempts, Runs++);
    if (read(X.Value) == 0)
      stm_retry();
    write(Y.Value, 1);
  });
  EXPECT_EQ(Runs, 2u);
  EXPECT_EQ(readNow(Y), 1u);
}

TEST_F(SignalHandlerTest, ButNotWaitThere) {
  EXPECT_EXIT(
      {
        static Cell X;
        alarm(MostSeconds);
        auto Run = [] {
          atomically([] {
            if (read(X.Value) == 0)
              stm_retry();
          });
        };
        Interrupt Now(TestPoint::RetryBeforeSleep, Run);
        Run();
      },
      ::testing::ExitedWithCode(66),
      "stm_retry.. in a transaction .* of a signal handler");
}

/// The transaction that had waited is given up, as one whose block a handler
/// leaves so; later ones are none of the handler's, wherever they begin.
TEST_F(SignalHandlerTest, WhoLeavesAWaitBySiglongjmpGoesOn) {
  static sigjmp_buf Back;
  static Cell X;
  auto Leave = [] {
    Interrupt Now(TestPoint::RolledBack, [] { siglongjmp(Back, 1); });
    if (sigsetjmp(Back, 1) == 0)
      atomically([] { rollBackNow(); });
    EXPECT_TRUE(CurrentTx->Waits);
  };
  Leave();
  atomically([] { write(X.Value, 1); });
  EXPECT_FALSE(CurrentTx->Waits);
  Leave();
  [] {
    volatile char Deeper[4096] = {};
    atomically([&] { write(X.Value, 2 + Deeper[1]); });
  }();
  EXPECT_FALSE(CurrentTx->Waits);
  EXPECT_EQ(readNow(X), 2u);
}

/// Nor is it the next thread's that has the descriptor.
TEST_F(SignalHandlerTest, AThreadThatEndsInAWaitLeavesNothing) {
  static Tx *Had;
  std::thread([] {
    static sigjmp_buf Back;
    Interrupt Now(TestPoint::RolledBack, [] { siglongjmp(Back, 1); });
    if (sigsetjmp(Back, 1) == 0)
      atomically([] { rollBackNow(); });
    Had = CurrentTx;
  }).join();
  EXPECT_FALSE(Had->Waits);
}

} // namespace

} // namespace stm::rt::testing
