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

namespace stm::rt::testing {

namespace {

/// Runs \p Handler on this thread, once, as a signal's handler that comes while
/// it is at \p Point.
class Interrupt {
public:
  Interrupt(TestPoint Point, void (*Handler)()) {
    At = Point;
    Call = Handler;
    TestPointHook.store([](TestPoint Here) {
      if (!Call || Here != At)
        return Stop::hook(Here);
      void (*Now)() = Call;
      Call = nullptr;
      Now();
    });
  }
  ~Interrupt() {
    Call = nullptr;
    TestPointHook.store(Stop::hook);
  }

private:
  static thread_local TestPoint At;
  static thread_local void (*Call)();
};
thread_local TestPoint Interrupt::At;
thread_local void (*Interrupt::Call)() = nullptr;

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

/// The transaction that had waited is given up, as one whose block a handler
/// leaves so; later ones are none of the handler's.
TEST_F(SignalHandlerTest, WhoLeavesAWaitBySiglongjmpGoesOn) {
  static std::jmp_buf Back;
  static Cell X;
  {
    Interrupt Now(TestPoint::RolledBack, [] { std::longjmp(Back, 1); });
    if (setjmp(Back) == 0)
      atomically([] { rollBackNow(); });
  }
  EXPECT_NE(CurrentTx->WaitsIn, 0u);
  atomically([] { write(X.Value, 1); });
  EXPECT_EQ(CurrentTx->WaitsIn, 0u);
  EXPECT_EQ(readNow(X), 1u);
}

} // namespace

} // namespace stm::rt::testing
