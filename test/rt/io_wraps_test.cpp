//===- rt/io_wraps_test.cpp - system calls beside others --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"
#include "tx_testing.h"

#include "version/read_guards.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <numeric>
#include <pthread.h>
#include <unistd.h>

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

class IoWrapsTest : public Counting {
protected:
  IoWrapsTest() { EXPECT_EQ(pipe(Pipe), 0); }
  ~IoWrapsTest() override {
    close(Pipe[0]);
    close(Pipe[1]);
  }
  void send(const void *Bytes, size_t Count) {
    ASSERT_EQ(write(Pipe[1], Bytes, Count), ssize_t(Count));
  }
  int Pipe[2];
};

TEST_F(IoWrapsTest, ReadFillsSharedMemoryThatOthersSeeAtTheEnd) {
  alignas(32) static unsigned char Shared[2000];
  unsigned char Sent[2000];
  std::iota(Sent, Sent + sizeof(Sent), 0);
  send(Sent, sizeof(Sent));
  atomically([&] {
    EXPECT_EQ(__stm_wrap_read(Pipe[0], Shared + 3, 1900), 1900u);
    EXPECT_TRUE(CurrentTx->IsBeside);
    EXPECT_EQ(__stm_read_u8(Shared + 3), 0);
    EXPECT_EQ(__stm_read_u8(Shared + 1902), Sent[1899]);
    bool Old = false;
    std::thread([&] {
      inSnapshot([&] { Old = __stm_read_u8(Shared + 4) == 0; });
    }).join();
    EXPECT_TRUE(Old);
  });
  EXPECT_EQ(memcmp(Shared + 3, Sent, 1900), 0);
  EXPECT_EQ(Shared[2], 0);
  EXPECT_EQ(Shared[1903], 0);
  EXPECT_EQ(stats().inevitable, 1u);
}

TEST_F(IoWrapsTest, AFailedReadLeavesMemoryAndErrno) {
  static Cell X;
  atomically([&] {
    errno = 0;
    EXPECT_EQ(__stm_wrap_read(-1, &X.Value, 8), ~size_t{0});
    EXPECT_EQ(errno, EBADF);
  });
  EXPECT_EQ(X.Value, 0u);
}

TEST_F(IoWrapsTest, PreadReadsAtAnOffset) {
  static Cell X;
  FILE *File = tmpfile();
  ASSERT_NE(File, nullptr);
  fputs("0123456789abcdef", File);
  fflush(File);
  atomically(
      [&] { EXPECT_EQ(__stm_wrap_pread(fileno(File), &X.Value, 8, 4), 8u); });
  EXPECT_EQ(memcmp(&X.Value, "456789ab", 8), 0);
  fclose(File);
}

TEST_F(IoWrapsTest, OutsideAndAloneTheyAreTheOriginals) {
  static Cell X;
  send("abcdefgh", 8);
  EXPECT_EQ(__stm_wrap_read(Pipe[0], &X.Value, 8), 8u);
  EXPECT_EQ(memcmp(&X.Value, "abcdefgh", 8), 0);
  send("12345678", 8);
  atomically([&] {
    stm_become_inevitable("test");
    EXPECT_EQ(__stm_wrap_read(Pipe[0], &X.Value, 8), 8u);
    EXPECT_FALSE(CurrentTx->IsBeside);
  });
  EXPECT_EQ(memcmp(&X.Value, "12345678", 8), 0);
}

TEST_F(IoWrapsTest, AnInterruptedSleepSaysWhatWasLeft) {
  struct sigaction Old, Nothing = {};
  Nothing.sa_handler = [](int) {};
  sigaction(SIGUSR1, &Nothing, &Old);
  static timespec Time{100, 0}, Left{};
  pthread_t Sleeper = pthread_self();
  std::atomic<bool> IsAwake{false};
  std::thread Waker([&] {
    while (!IsAwake.load()) {
      pthread_kill(Sleeper, SIGUSR1);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  atomically([&] {
    EXPECT_EQ(__stm_wrap_nanosleep(&Time, &Left), -1);
    EXPECT_EQ(errno, EINTR);
  });
  IsAwake = true;
  Waker.join();
  sigaction(SIGUSR1, &Old, nullptr);
  EXPECT_GT(Left.tv_sec, 0);
  EXPECT_LE(Left.tv_sec, 100);
}

TEST_F(IoWrapsTest, AThreadThatIsCancelledAsleepCommitsAndLetsGo) {
  static Cell X;
  static timespec Long{1000, 0};
  pthread_t Sleeper;
  std::atomic<bool> Begun{false};
  pthread_create(
      &Sleeper, nullptr,
      [](void *Arg) -> void * {
        atomically([&] {
          write(X.Value, 1);
          static_cast<std::atomic<bool> *>(Arg)->store(true);
          __stm_wrap_clock_nanosleep(CLOCK_MONOTONIC, 0, &Long, nullptr);
        });
        return nullptr;
      },
      &Begun);
  while (!Begun.load())
    std::this_thread::yield();
  pthread_cancel(Sleeper);
  void *Result;
  pthread_join(Sleeper, &Result);
  EXPECT_EQ(Result, PTHREAD_CANCELED);
  EXPECT_FALSE(Guards.isUp());
  uint64_t Seen = 0;
  atomically([&] { Seen = read(X.Value); });
  EXPECT_EQ(Seen, 1u);
}

} // namespace
