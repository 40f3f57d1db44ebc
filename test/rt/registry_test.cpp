//===- rt/registry_test.cpp - threads, their ends, fork ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx_testing.h"

#include <sys/wait.h>
#include <unistd.h>

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

using RegistryTest = Counting;

TEST_F(RegistryTest, ThreadsWithoutTransactionsHaveNoDescriptor) {
  atomically([] {});
  size_t Before = descriptorCount();
  std::thread([&] {
    EXPECT_EQ(CurrentTx, &NoTx);
    EXPECT_EQ(stm_in_transaction(), 0);
    uint64_t Word = 1;
    EXPECT_EQ(read(Word), 1u);
  }).join();
  EXPECT_EQ(descriptorCount(), Before);
}

TEST_F(RegistryTest, EndedThreadsLeaveTheirDescriptorsToLaterOnes) {
  atomically([] {});
  std::thread([] { atomically([] {}); }).join();
  size_t Before = descriptorCount();
  for (int I = 0; I != 100; ++I)
    std::thread([] { atomically([] {}); }).join();
  EXPECT_EQ(descriptorCount(), Before);
}

TEST_F(RegistryTest, TwoLiveThreadsNeverShareADescriptor) {
  Tx *Mine = &currentTx();
  std::thread([=] {
    Tx *Other = &currentTx();
    EXPECT_NE(Other, Mine);
    std::thread([=] {
      EXPECT_NE(&currentTx(), Mine);
      EXPECT_NE(&currentTx(), Other);
    }).join();
  }).join();
}

TEST_F(RegistryTest, FencesAreNeededOnlyWithSeveralThreads) {
  atomically([] {});
  EXPECT_FALSE(needsBeginFence());
  {
    SecondThread Other;
    EXPECT_TRUE(needsBeginFence());
  }
  EXPECT_FALSE(needsBeginFence());
}

TEST_F(RegistryTest, SecondThreadRegistersWhileTheFirstIsInATransaction) {
  Cell X, Y;
  Steps At;
  std::thread Second;
  uint64_t Seen = 99;
  atomically([&] {
    // Began alone, without a fence: the other must see that it runs.
    EXPECT_FALSE(needsBeginFence());
    mustBeWaitedFor();
    Seen = read(Y.Value);
    Second = std::thread([&] {
      atomically([&] { write(X.Value, 1); });
      At.reach(1);
    });
    while (peekIs(X, 0) || X.orec().load().isLocked())
      std::this_thread::yield();
    EXPECT_FALSE(At.happens(1)); // It waits for this attempt.
  });
  EXPECT_TRUE(At.arrives(1));
  Second.join();
  EXPECT_EQ(Seen, 0u);
}

TEST_F(RegistryTest, CountsOfEndedThreadsRemain) {
  for (int I = 0; I != 10; ++I)
    std::thread([] { atomically([] {}); }).join();
  EXPECT_EQ(stats().commits, 10u);
}

TEST_F(RegistryTest, ThreadLocalDestructorsMayRunTransactions) {
  static uint64_t Count;
  Count = 0;
  struct AtEnd {
    ~AtEnd() {
      atomically([] { write(Count, read(Count) + 1); });
    }
  };
  for (int I = 0; I != 10; ++I)
    std::thread([] {
      thread_local AtEnd Late;
      (void)&Late;
      atomically([] { write(Count, read(Count) + 1); });
    }).join();
  EXPECT_EQ(Count, 20u);
}

TEST_F(RegistryTest, KeyDestructorsMayRunTransactions) {
  static uint64_t Count;
  Count = 0;
  pthread_key_t Key;
  ASSERT_EQ(
      pthread_key_create(
          &Key,
          [](void *) { atomically([] { write(Count, read(Count) + 1); }); }),
      0);
  size_t Most = 0;
  for (int I = 0; I != 10; ++I) {
    std::thread([&] {
      pthread_setspecific(Key, &Key);
      atomically([] {});
    }).join();
    Most = std::max(Most, descriptorCount());
  }
  EXPECT_EQ(Count, 10u);
  EXPECT_LE(Most, 3u);
  pthread_key_delete(Key);
}

TEST_F(RegistryTest, ThreeHundredThreadsAtOnce) {
  Cell X, Y;
  constexpr unsigned Threads = 300, Each = 20;
  std::atomic<unsigned> Arrived{0};
  std::vector<std::thread> All;
  for (unsigned I = 0; I != Threads; ++I)
    All.emplace_back([&] {
      ++Arrived;
      while (Arrived != Threads)
        std::this_thread::yield();
      for (unsigned N = 0; N != Each; ++N)
        atomically([&] {
          uint64_t Seen = read(X.Value);
          write(X.Value, Seen + 1);
          EXPECT_EQ(read(Y.Value), Seen);
          write(Y.Value, Seen + 1);
        });
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(X.Value, uint64_t{Threads * Each});
  EXPECT_EQ(Y.Value, X.Value);
}

/// \p Child returns 0, or the number of what went wrong.
template <class F> void expectInChild(pid_t Pid, F Child) {
  if (Pid == 0)
    _exit(Child());
  int Status = -1;
  ASSERT_EQ(waitpid(Pid, &Status, 0), Pid);
  EXPECT_TRUE(WIFEXITED(Status));
  EXPECT_EQ(WEXITSTATUS(Status), 0);
}

TEST_F(RegistryTest, ForkedChildRunsTransactions) {
  static Cell X;
  X.Value = 5;
  atomically([] { write(X.Value, read(X.Value) + 1); });
  expectInChild(fork(), [] {
    uint64_t Seen = 0;
    atomically([&] {
      Seen = read(X.Value);
      write(X.Value, 7);
    });
    std::thread([] { atomically([] { write(X.Value, 8); }); }).join();
    return Seen != 6 ? 1 : X.Value != 8 ? 2 : 0;
  });
  EXPECT_EQ(X.Value, 6u);
  atomically([] { write(X.Value, read(X.Value) + 1); });
  EXPECT_EQ(X.Value, 7u);
}

TEST_F(RegistryTest, ChildHasNoHalfDoneTransactionsOfOtherThreads) {
  static Cell X, Y;
  X.Value = Y.Value = 0;
  std::atomic<bool> Stop{false};
  std::vector<std::thread> Writers;
  for (int I = 0; I != 3; ++I)
    Writers.emplace_back([&] {
      while (!Stop)
        atomically([] {
          write(X.Value, read(X.Value) + 1);
          for (int Spin = 0; Spin != 100; ++Spin)
            asm volatile("");
          write(Y.Value, read(Y.Value) + 1);
        });
    });
  for (int I = 0; I != 30; ++I)
    expectInChild(fork(), [] {
      if (X.Value != Y.Value)
        return 1;
      if (X.orec().load().isLocked())
        return 2;
      uint64_t Before = X.Value;
      atomically([] {
        write(X.Value, read(X.Value) + 1);
        write(Y.Value, read(Y.Value) + 1);
      });
      atomically([] { stm_become_inevitable("in the child"); });
      return X.Value != Before + 1 ? 3 : Y.Value != X.Value ? 4 : 0;
    });
  Stop = true;
  for (std::thread &T : Writers)
    T.join();
  EXPECT_EQ(X.Value, Y.Value);
}

TEST_F(RegistryTest, ForkInsideAnInevitableTransaction) {
  static Cell X;
  X.Value = 0;
  SecondThread Other;
  pid_t Pid = -1;
  atomically([&] {
    write(X.Value, 1);
    stm_become_inevitable("fork");
    Pid = fork();
    write(X.Value, read(X.Value) + 1);
  });
  expectInChild(Pid, [] {
    atomically([] {
      stm_become_inevitable("again");
      write(X.Value, read(X.Value) + 1);
    });
    atomically([] { write(X.Value, read(X.Value) + 1); });
    return X.Value != 4 ? 1 : stm_in_transaction() ? 2 : 0;
  });
  EXPECT_EQ(X.Value, 2u);
}

TEST_F(RegistryTest, ChildOfAThreadWithoutTransactions) {
  static Cell X;
  X.Value = 0;
  std::thread([] {
    expectInChild(fork(), [] {
      atomically([] { write(X.Value, 1); });
      return X.Value != 1 ? 1 : 0;
    });
  }).join();
}

} // namespace
