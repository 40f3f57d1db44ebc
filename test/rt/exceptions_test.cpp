//===- rt/exceptions_test.cpp - exceptions in transactions ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx_testing.h"

#include <cxxabi.h>
#include <exception>
#include <pthread.h>
#include <stdexcept>

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

using ExceptionsTest = Counting;

std::atomic<int> Destroyed{0};

struct Counted {
  uint64_t Value;
  explicit Counted(uint64_t Value) : Value(Value) {}
  Counted(const Counted &Other) : Value(Other.Value) {}
  ~Counted() { ++Destroyed; }
};

/// As the pass would throw.
[[noreturn]] void throwWrapped(uint64_t Value) {
  void *Object = __stm_wrap___cxa_allocate_exception(sizeof(uint64_t));
  *static_cast<uint64_t *>(Object) = Value;
  __stm_wrap___cxa_throw(
      Object, const_cast<std::type_info *>(&typeid(uint64_t)), nullptr);
  __builtin_unreachable();
}

TEST_F(ExceptionsTest, LeavingABlockCommitsIt) {
  Cell X;
  try {
    atomically([&] {
      write(X.Value, 1);
      throw std::runtime_error("leaves");
    });
    FAIL();
  } catch (const std::runtime_error &E) {
    EXPECT_STREQ(E.what(), "leaves");
  }
  EXPECT_EQ(X.Value, 1u);
  EXPECT_EQ(stm_in_transaction(), 0);
  EXPECT_EQ(stats().commits, 1u);
  EXPECT_EQ(std::uncaught_exceptions(), 0);
}

TEST_F(ExceptionsTest, LeavingIsValidatedAndTheBodyRunsAgain) {
  Cell X, Y;
  Steps At;
  Destroyed = 0;
  int Attempts = 0;
  std::thread Other([&] {
    At.await(1);
    atomically([&] { write(X.Value, 1); });
  });
  try {
    atomically([&] {
      ++Attempts;
      uint64_t Seen = read(X.Value);
      write(Y.Value, Seen + 10);
      At.reach(1);
      while (peekIs(X, 0) || X.orec().load().isLocked())
        std::this_thread::yield();
      throw Counted(Seen);
    });
    FAIL();
  } catch (const Counted &C) {
    EXPECT_EQ(C.Value, 1u); // Not the 0 of the attempt that was rolled back.
    // That one's exception has never been: nobody destroyed it.
    EXPECT_EQ(Destroyed, 0);
  }
  Other.join();
  EXPECT_EQ(Destroyed, 1);
  EXPECT_EQ(Attempts, 2);
  EXPECT_EQ(Y.Value, 11u);
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_F(ExceptionsTest, CaughtInsideGoesOn) {
  Cell X;
  atomically([&] {
    try {
      write(X.Value, 1);
      throwWrapped(7);
    } catch (uint64_t Value) {
      write(X.Value, Value);
    }
    EXPECT_EQ(read(X.Value), 7u);
  });
  EXPECT_EQ(X.Value, 7u);
}

TEST_F(ExceptionsTest, RollbackWhileThrowing) {
  atomically([&] {
    struct Guard { // Runs while the exception is on its way.
      ~Guard() noexcept(false) {
        EXPECT_EQ(std::uncaught_exceptions(), 1);
        if (!CurrentTx->Attempts)
          rollBackNow();
      }
    };
    EXPECT_EQ(std::uncaught_exceptions(), 0);
    try {
      Guard G;
      throwWrapped(7);
    } catch (uint64_t) {
    }
    EXPECT_EQ(std::uncaught_exceptions(), 0);
  });
  EXPECT_EQ(std::uncaught_exceptions(), 0);
  EXPECT_EQ(stats().aborts, 1u);
}

TEST_F(ExceptionsTest, RollbackInAHandler) {
  atomically([&] {
    EXPECT_EQ(std::current_exception(), nullptr);
    try {
      throwWrapped(7);
    } catch (uint64_t) {
      if (!CurrentTx->Attempts)
        rollBackNow();
    }
  });
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_F(ExceptionsTest, BlockInsideAHandler) {
  Cell X;
  try {
    throw 5;
  } catch (int Outer) {
    atomically([&] {
      try {
        throwWrapped(7);
      } catch (uint64_t Value) {
        write(X.Value, Value + static_cast<uint64_t>(Outer));
        if (!CurrentTx->Attempts)
          rollBackNow();
      }
    });
    EXPECT_NE(std::current_exception(), nullptr);
  }
  EXPECT_EQ(X.Value, 12u);
  EXPECT_EQ(std::current_exception(), nullptr);
}

TEST_F(ExceptionsTest, NestedBlockThrowsThroughBoth) {
  Cell X;
  EXPECT_THROW(atomically([&] {
                 write(X.Value, 1);
                 atomically([&] {
                   write(X.Value, read(X.Value) + 1);
                   throw std::logic_error("both");
                 });
               }),
               std::logic_error);
  EXPECT_EQ(X.Value, 2u);
  EXPECT_EQ(stats().commits, 1u);
}

TEST_F(ExceptionsTest, UninstrumentedDestructorMakesItInevitable) {
  Destroyed = 0;
  bool Caught = false;
  atomically([&] {
    try {
      void *Object = __stm_wrap___cxa_allocate_exception(sizeof(Counted));
      new (Object) Counted(3);
      EXPECT_TRUE(optimistic());
      __stm_wrap___cxa_throw(Object,
                             const_cast<std::type_info *>(&typeid(Counted)),
                             reinterpret_cast<void *>(+[](void *Self) {
                               static_cast<Counted *>(Self)->~Counted();
                             }));
    } catch (const Counted &C) {
      EXPECT_EQ(C.Value, 3u);
      EXPECT_TRUE(stm_is_inevitable());
      Caught = true;
    }
  });
  EXPECT_TRUE(Caught);
  EXPECT_EQ(Destroyed, 1);
}

TEST_F(ExceptionsTest, RethrowOfAnOuterExceptionMakesItInevitable) {
  bool Caught = false;
  try {
    try {
      throw 5;
    } catch (int) {
      atomically([&] {
        EXPECT_TRUE(optimistic());
        __stm_wrap___cxa_rethrow();
      });
    }
  } catch (int Value) {
    EXPECT_EQ(Value, 5);
    Caught = true;
  }
  EXPECT_TRUE(Caught);
  EXPECT_EQ(stats().inevitable, 1u);
  EXPECT_EQ(stm_in_transaction(), 0);
}

TEST_F(ExceptionsTest, UnusedExceptionObjectsAreGivenBack) {
  atomically([&] {
    void *Object = __stm_wrap___cxa_allocate_exception(8);
    __stm_wrap___cxa_free_exception(Object);
    // Freed already: the rollback must leave it alone (AddressSanitizer tells).
    if (!CurrentTx->Attempts)
      rollBackNow();
  });
}

TEST_F(ExceptionsTest, EndOfTheThreadLeavesABlock) {
  Cell X;
  pthread_t Thread;
  pthread_create(
      &Thread, nullptr,
      [](void *Arg) -> void * {
        auto &X = *static_cast<Cell *>(Arg);
        atomically([&] {
          write(X.Value, 1);
          stm_become_inevitable("pthread_exit");
          pthread_exit(nullptr);
        });
        return nullptr;
      },
      &X);
  pthread_join(Thread, nullptr);
  EXPECT_EQ(X.Value, 1u);
  // Nothing is held any more.
  atomically([&] {
    stm_become_inevitable("test");
    EXPECT_EQ(X.Value, 1u);
  });
}

TEST_F(ExceptionsTest, ManyThreadsThrowAtOnce) {
  Cell X;
  constexpr uint64_t Threads = 4, Each = 500;
  std::vector<std::thread> All;
  for (uint64_t I = 0; I != Threads; ++I)
    All.emplace_back([&] {
      for (uint64_t N = 0; N != Each; ++N)
        try {
          atomically([&] {
            uint64_t Mine = read(X.Value) + 1;
            write(X.Value, Mine);
            throwWrapped(Mine);
          });
          ADD_FAILURE();
        } catch (uint64_t Value) {
          EXPECT_GT(Value, 0u);
        }
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(X.Value, Threads * Each);
}

} // namespace
