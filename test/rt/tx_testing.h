//===- rt/tx_testing.h - transactions driven by hand ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime's unit tests play the pass: bodies are lambdas that call the
// barriers themselves, and stand for both the original and its transactional
// version. Being inside the runtime they can also force a conflict.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_RT_TX_TESTING_H
#define STM_TEST_RT_TX_TESTING_H

#include "abi/rtl.h"
#include "tx/barriers.h"
#include "tx/registry.h"
#include "tx/run.h"
#include "tx/scope.h"
#include "tx/tsan.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

/// Until a test starts a thread it would run its blocks as they are.
extern "C" __attribute__((weak)) const char *__stm_default_options(void) {
  return "single_thread=barriers";
}

namespace stm::rt::testing {

using namespace stm::rt::abi;

template <auto Entry, class F> Outcome runBy(F &&Body) {
  auto Run = [](void *Arg) {
    (*static_cast<std::remove_reference_t<F> *>(Arg))();
  };
  rt::Body Function = Run;
  return Entry(Function, Function,
               const_cast<void *>(static_cast<const void *>(&Body)), nullptr);
}

template <class F> void atomically(F &&Body) { runBy<runTransaction>(Body); }

template <class F> void inSnapshot(F &&Body) { runBy<runSnapshot>(Body); }

/// As a body that the compiler has proven to be read-only.
template <class F> void inReadOnly(F &&Body) { runBy<runReadOnly>(Body); }

/// Leaves the wait for older attempts to Tx::awaitQuiescence.
template <class F> Outcome lazily(F &&Body) { return runBy<runLazily>(Body); }
template <class F> void inReadOnlyLazily(F &&Body) {
  runBy<runReadOnlyLazily>(Body);
}

/// The next transaction begins as most do, though it may be the first, or the
/// first after a conflict.
inline void beginAsUsual() {
  Tx &Self = currentTx();
  if (Self.InTransaction || Self.Turn)
    return;
  Self.Culprit = {};
  Self.Attempts = Self.Forgiven = Self.TimedAttempts = 0;
  Self.BeganAt = 0;
  Self.IsUnusual = false;
}
/// As a body whose first access is a write, says the compiler.
template <class F> void writingFirst(F &&Body) {
  beginAsUsual();
  runBy<runWritingFirst>(Body);
}

inline uint64_t read(const uint64_t &Word) { return __stm_read_u64(&Word); }
inline void write(uint64_t &Word, uint64_t Value) {
  __stm_write_u64(&Word, Value);
}

/// Rolls the running attempt back, as if what it read had changed.
[[noreturn]] inline void rollBackNow() {
  CurrentTx->conflict(ConflictKind::Validation, nullptr, nullptr, 0);
}

/// Who waits for the running attempt waits for its end: nobody vouches for it.
inline void mustBeWaitedFor() { CurrentTx->setKeepsReads(false); }

inline bool optimistic() {
  return CurrentTx->InTransaction && !CurrentTx->isDirect();
}

/// A word in a stripe of its own.
struct alignas(64) Cell {
  uint64_t Value = 0;
  Orec &orec() const { return orecOf(&Value); }
};

/// The value as it is now, uncommitted ones too.
inline bool peekIs(const Cell &X, uint64_t Value) {
  return __atomic_load_n(&X.Value, __ATOMIC_ACQUIRE) == Value;
}

/// Where threads meet. Only goes up: an attempt that runs again passes.
class Steps {
public:
  void reach(int Step) {
    int Now = At.load();
    while (Now < Step && !At.compare_exchange_weak(Now, Step)) {
    }
  }
  void await(int Step) const {
    while (At.load() < Step)
      std::this_thread::yield();
  }
  bool has(int Step) const { return At.load() >= Step; }
  /// For what must not happen: true if it did within a while.
  bool happens(int Step) const {
    for (int I = 0; I != 50 && At.load() < Step; ++I)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return At.load() >= Step;
  }
  /// For what must happen without anybody's doing more. Long, since a loaded
  /// machine is slow; what it waits for takes microseconds.
  bool arrives(int Step) const {
    for (int I = 0; I != 60000 && At.load() < Step; ++I)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return At.load() >= Step;
  }

private:
  std::atomic<int> At{0};
};

/// What has been counted since the test began.
class Counting : public ::testing::Test {
protected:
  Counting() { stm_get_stats(&Before); }

  stm_stats stats() const {
    stm_stats Now;
    stm_get_stats(&Now);
    Now.commits -= Before.commits;
#define STM_COUNTER(Field, Name) Now.Name -= Before.Name;
#include "report/counters.inc"
    return Now;
  }

private:
  stm_stats Before;
};

inline size_t descriptorCount() {
  size_t Count = 0;
  forEachDescriptor([&](Tx &) { ++Count; });
  return Count;
}

/// Registers a second thread for as long as it lives, so that begin fences and
/// commits wait as they do in programs with several threads.
class SecondThread {
public:
  SecondThread()
      : Sleeper([this] {
          atomically([] {});
          At.reach(1);
          At.await(2);
        }) {
    At.await(1);
  }
  ~SecondThread() {
    At.reach(2);
    Sleeper.join();
  }

private:
  Steps At;
  std::thread Sleeper;
};

} // namespace stm::rt::testing

#endif // STM_TEST_RT_TX_TESTING_H
