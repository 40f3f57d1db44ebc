//===- e2e/Inputs/e2e.h - what all programs here share ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// EXPECT, and the means to make threads meet inside transactions: functions
// marked STM_PURE are called as they stand, so an attempt that isn't inevitable
// can wait for another thread.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_E2E_H
#define STM_TEST_E2E_H

#include <stm/stm.hpp>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

[[noreturn]] inline STM_PURE void failed(const char *What, const char *File,
                                         int Line) {
  char Text[512];
  int Length =
      snprintf(Text, sizeof(Text), "%s:%d: expected %s\n", File, Line, What);
  // By no function that the runtime stands before.
  if (syscall(SYS_write, 2, Text, static_cast<size_t>(Length)) < 0)
    _exit(2);
  _exit(1);
}

/// Also inside transactions: an attempt for which it doesn't hold ends the
/// process at once, even if it would be rolled back.
#define EXPECT(Condition)                                                      \
  do {                                                                         \
    if (!(Condition))                                                          \
      failed(#Condition, __FILE__, __LINE__);                                  \
  } while (false)

/// A thread that runs \p F and is joined at the end of the scope.
template <class F> class Thread {
public:
  explicit Thread(F Body) : Body(Body) {
    pthread_create(&Handle, nullptr, run, this);
  }
  ~Thread() { pthread_join(Handle, nullptr); }

private:
  static void *run(void *Self) {
    static_cast<Thread *>(Self)->Body();
    return nullptr;
  }
  F Body;
  pthread_t Handle;
};

/// \p Body(index) on so many threads.
template <class F> void onThreads(unsigned Count, F Body) {
  struct One {
    F *Body;
    unsigned Index;
    pthread_t Handle;
  };
  One *All = new One[Count];
  for (unsigned I = 0; I != Count; ++I) {
    All[I] = {&Body, I, {}};
    EXPECT(pthread_create(
               &All[I].Handle, nullptr,
               [](void *Arg) -> void * {
                 auto *Self = static_cast<One *>(Arg);
                 (*Self->Body)(Self->Index);
                 return nullptr;
               },
               &All[I]) == 0);
  }
  for (unsigned I = 0; I != Count; ++I)
    pthread_join(All[I].Handle, nullptr);
  delete[] All;
}

/// True for the first call only, rollbacks or not.
inline STM_PURE bool firstTime(std::atomic<bool> &Flag) {
  return !Flag.exchange(true);
}

// --- Meeting points ----------------------------------------------------------
// Steps only go up, so an attempt that runs again passes through those that the
// first one has reached.

inline std::atomic<int> Step{0};

inline STM_PURE void reached(int S) {
  int Now = Step.load();
  while (Now < S && !Step.compare_exchange_weak(Now, S)) {
  }
}

inline STM_PURE void await(int S) {
  while (Step.load() < S)
    sched_yield();
}

/// Waits for what must not happen (the program is right if it doesn't), so not
/// for ever.
inline STM_PURE void awaitBriefly(int S) {
  for (int Milliseconds = 0; Milliseconds != 100 && Step.load() < S;
       ++Milliseconds) {
    timespec One{0, 1000000};
    nanosleep(&One, nullptr);
  }
}

/// Memory as it is now, uncommitted values too.
template <class T> STM_PURE T peek(const T *Address) {
  return __atomic_load_n(Address, __ATOMIC_ACQUIRE);
}

template <class T> STM_PURE void awaitValue(const T *Address, T Value) {
  while (peek(Address) != Value)
    sched_yield();
}

/// Makes the first attempt that calls strike() fail, for sure: another thread
/// changes a word between two reads of it. By chance a word may share its
/// ownership record with what the attempt has locked; then the next one is
/// changed, some way off.
class Rival {
public:
  Rival() { pthread_create(&Handle, nullptr, run, this); }
  ~Rival() {
    int Expected = 0;
    State.compare_exchange_strong(Expected, 2);
    pthread_join(Handle, nullptr);
  }
  void strike() {
    hit();
    feel();
  }
  /// The same in two steps, for bodies that in between lock so much of the orec
  /// table that all of the words would collide with it: the other thread
  /// strikes here.
  void hit() {
    // An inevitable attempt would wait for ever for the other thread.
    EXPECT(!stm_is_inevitable() || struck());
    provoke(sum());
  }
  void feel() { look(sum()); } // The first attempt doesn't get past this.
  STM_PURE bool struck() const { return State.load() == 1; }

private:
  struct alignas(64) Word {
    long Value = 0;
    char Gap[1 << 16];
  };
  static constexpr unsigned Count = 4;

  long sum() const {
    long Sum = 0;
    for (const Word &W : Words)
      Sum += W.Value;
    return Sum;
  }
  STM_PURE bool hasChanged() const {
    for (const Word &W : Words)
      if (peek(&W.Value))
        return true;
    return false;
  }
  STM_PURE void provoke(long Read) {
    asm volatile("" : : "r"(Read)); // Or whole programs needn't read it.
    ++Hits;
    State.store(1);
    while (!hasChanged())
      sched_yield();
  }
  /// What has been rolled back often reads as of before, where it can.
  STM_PURE void look(long Seen) { EXPECT(Seen == 1 || Hits.load() > 1); }
  /// Another one after some attempts.
  STM_PURE Word &next() { return Words[Attempts++ / 4 % Count]; }
  static void *run(void *Arg) {
    auto *Self = static_cast<Rival *>(Arg);
    while (Self->State.load() == 0)
      sched_yield();
    if (Self->State.load() == 1)
      stm::atomic([Self] { Self->next().Value = 1; });
    return nullptr;
  }
  Word Words[Count];
  unsigned Attempts = 0;
  alignas(64) std::atomic<int> State{0};
  std::atomic<int> Hits{0};
  pthread_t Handle;
};

inline uint64_t inevitableSoFar() {
  stm_stats Stats;
  stm_get_stats(&Stats);
  return Stats.inevitable;
}

inline uint64_t abortsSoFar() {
  stm_stats Stats;
  stm_get_stats(&Stats);
  return Stats.aborts;
}

/// \p Body as one transaction, which is rolled back once when all is done, and
/// isn't allowed to become inevitable.
template <class F> void optimistically(const char *What, F Body) {
  Rival Other;
  uint64_t Before = inevitableSoFar();
  stm::atomic([&] {
    Body();
    if (stm_is_inevitable())
      failed(What, __FILE__, __LINE__);
    Other.strike();
  });
  if (inevitableSoFar() != Before || stm::last_abort_info().attempts < 1)
    failed(What, __FILE__, __LINE__);
}

#endif // STM_TEST_E2E_H
