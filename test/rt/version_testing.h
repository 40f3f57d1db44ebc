//===- rt/version_testing.h - the version protocol by steps -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tests that include this are linked with the checked build of the runtime
// (rt/base/test_point.h). They are deterministic: each thread is told what to
// do one step at a time (Stepped), and may be stopped between two steps of the
// protocol (Stop).
//
// STM_TEST_MUTATION=Name in the environment leaves out one rule of the
// protocol; version_mutation_test.cpp says which test has to fail then.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_RT_VERSION_TESTING_H
#define STM_TEST_RT_VERSION_TESTING_H

#include "tx_testing.h"

#include "base/options.h"
#include "base/test_point.h"
#include "gc/collector.h"
#include "gc/statistics.h"
#include "tx/exclusive.h"
#include "version/chain.h"

#include <cstdlib>
#include <functional>
#include <memory>
#include <unistd.h>

namespace stm::rt::testing {

/// Whether a rule of the protocol is left out (STM_TEST_MUTATION): the test is
/// to fail.
inline bool isToFail() {
  const char *Name = getenv("STM_TEST_MUTATION");
  return Name && *Name;
}

/// What must come by itself. Long, since a loaded machine is slow. A test that
/// waits in vain has threads that it can't stop: it ends there.
template <class F> void await(F IsThere, const char *What) {
  auto Until = std::chrono::steady_clock::now() +
               std::chrono::seconds(isToFail() ? 5 : 60);
  while (!IsThere()) {
    if (std::chrono::steady_clock::now() > Until) {
      fprintf(stderr, "waited for %s in vain\n", What);
      _exit(1);
    }
    std::this_thread::yield();
  }
}

/// Stops a thread at a step of the protocol until it is released, once or
/// several times.
class Stop {
public:
  explicit Stop(TestPoint Point) : Mine(std::make_shared<State>()), At(Point) {}
  ~Stop() { release(); }
  Stop(const Stop &) = delete;
  Stop &operator=(const Stop &) = delete;

  /// The thread that calls this stops the next \p Times times.
  void arm(unsigned Times = 1) {
    Mine->Left = Times;
    armed(At) = Mine;
  }
  /// The \p Nth time.
  void awaitArrival(unsigned Nth = 1) const {
    await([&] { return Mine->Arrived.load() >= Nth; }, "a thread to stop");
  }
  void release(unsigned Nth = ~0u) {
    Mine->Released.store(Nth);
    Mine->Released.notify_all();
  }

  static void hook(TestPoint Point) {
    std::shared_ptr<State> &Armed = armed(Point);
    if (!Armed)
      return;
    std::shared_ptr<State> S = Armed;
    if (--S->Left == 0)
      Armed.reset();
    unsigned Nth = S->Arrived.fetch_add(1) + 1;
    for (unsigned Now; (Now = S->Released.load()) < Nth;)
      S->Released.wait(Now);
  }

private:
  struct State {
    std::atomic<unsigned> Arrived{0};
    std::atomic<unsigned> Released{0};
    unsigned Left = 0;
  };
  static std::shared_ptr<State> &armed(TestPoint Point) {
    static thread_local std::shared_ptr<State>
        Armed[static_cast<size_t>(TestPoint::Count)];
    return Armed[static_cast<size_t>(Point)];
  }

  std::shared_ptr<State> Mine;
  TestPoint At;
};

/// A thread that does one thing after the other, as it is told: inside one
/// transaction, or outside.
class Stepped {
public:
  enum Kind { Outside, Update, Snapshot };

  explicit Stepped(Kind How) : Stepped(How, [] {}) {}
  /// \p First: done before the transaction, such as to arm a stop in its begin.
  Stepped(Kind How, std::function<void()> First)
      : Thread([this, How, First] {
          First();
          if (How == Outside)
            body();
          else if (How == Update)
            atomically([this] { body(); });
          else
            inSnapshot([this] { body(); });
          Over.store(true);
        }) {}
  ~Stepped() { finish(); }

  /// Without waiting until it is done.
  void tell(std::function<void()> What) {
    await();
    Job = std::move(What);
    set(Told);
  }
  bool isIdle() const { return Now.load() == Idle; }
  void await() const {
    testing::await([&] { return isIdle(); }, "a thread to do what it was told");
  }
  void run(std::function<void()> What) {
    tell(std::move(What));
    await();
  }
  /// Whether it is still at it after a while.
  bool staysBusy() const {
    for (int I = 0; I != 30 && !isIdle(); ++I)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return !isIdle();
  }
  /// Until the transaction's \p Nth attempt runs.
  void awaitAttempt(unsigned Nth) const {
    testing::await([&] { return Attempts.load() >= Nth; }, "an attempt");
  }
  Timestamp snapshot() {
    Timestamp S = 0;
    run([&] { S = CurrentTx->Snapshot; });
    return S;
  }

  uint64_t read(const uint64_t &Word) {
    uint64_t Value = 0;
    run([&] { Value = testing::read(Word); });
    return Value;
  }
  uint64_t read(const Cell &X) { return read(X.Value); }
  void write(uint64_t &Word, uint64_t Value) {
    run([&Word, Value] { testing::write(Word, Value); });
  }
  void write(Cell &X, uint64_t Value) { write(X.Value, Value); }
  void arm(Stop &S, unsigned Times = 1) {
    run([&S, Times] { S.arm(Times); });
  }
  /// The attempt begins anew.
  void rollBack() {
    run([] { rollBackNow(); });
  }

  /// The body returns.
  void startFinish() {
    await();
    set(Leave);
  }
  bool isOver() const { return Over.load(); }
  void finish() {
    if (!Thread.joinable())
      return;
    if (Now.load() != Leave)
      startFinish();
    Thread.join();
  }
  unsigned attempts() const { return Attempts.load(); }

private:
  enum State { Idle, Told, Busy, Leave };

  void set(State S) {
    Now.store(S);
    Now.notify_all();
  }

  void body() {
    Attempts.fetch_add(1);
    // What a rollback cut short is over.
    int Was = Busy;
    Now.compare_exchange_strong(Was, Idle);
    for (;;) {
      switch (Now.load()) {
      case Leave:
        return;
      case Told: {
        Now.store(Busy);
        Job();
        Now.store(Idle);
        break;
      }
      default:
        Now.wait(Idle);
      }
    }
  }

  std::atomic<int> Now{Idle};
  std::atomic<unsigned> Attempts{0};
  std::atomic<bool> Over{false};
  std::function<void()> Job;
  std::thread Thread;
};

/// A snapshot that runs when the constructor returns.
class OpenSnapshot : public Stepped {
public:
  OpenSnapshot() : Stepped(Snapshot) { awaitAttempt(1); }
};
/// An update that runs when the constructor returns. Its first attempt has to
/// be waited for.
class OpenUpdate : public Stepped {
public:
  OpenUpdate() : Stepped(Update) { run([] { mustBeWaitedFor(); }); }
};

inline uint32_t indexOf(const void *Address) {
  return orecIndex(reinterpret_cast<uintptr_t>(Address));
}

/// In a transaction of a thread of its own.
inline void commitElsewhere(std::function<void()> What) {
  std::thread([&] { atomically([&] { What(); }); }).join();
}
inline void commitElsewhere(Cell &X, uint64_t Value) {
  commitElsewhere([&] { write(X.Value, Value); });
}

/// What a snapshot that begins now sees.
inline uint64_t readNow(const Cell &X) {
  uint64_t Value = 0;
  inSnapshot([&] { Value = read(X.Value); });
  return Value;
}

/// A record, remembered, to find out when its memory is used otherwise.
class Remembered {
public:
  explicit Remembered(const Cell &X)
      : Record(OrecTable[indexOf(&X)].head()),
        Where(Record ? Record->Where : 0) {}
  bool exists() const { return Record; }
  bool isGone() const {
    return __atomic_load_n(&Record->Where, __ATOMIC_RELAXED) != Where;
  }
  UndoRecord *record() const { return Record; }

private:
  UndoRecord *Record;
  uint64_t Where;
};

/// This thread makes as many versions (of a stripe that no test reads) as fill
/// \p Chunks chunks.
inline void fillChunks(unsigned Chunks) {
  static thread_local Cell Scratch;
  constexpr unsigned Writes = 64;
  constexpr size_t Bytes = Writes * (8 + sizeof(UndoRecord));
  for (size_t I = 0; I * Bytes <= Chunks * UndoChunk::Bytes; ++I)
    atomically([] {
      for (unsigned W = 0; W != Writes; ++W)
        write(Scratch.Value, W);
    });
}
/// The same until the record's memory has been used for others, or until that
/// would have happened.
inline void fillUntilGone(const Remembered &R) {
  for (unsigned I = 0; I != 24 && !R.isGone(); ++I)
    fillChunks(1);
}

class VersionTest : public Counting {
protected:
  VersionTest() {
    resetOptionsForTesting();
    ParsedOptions.Report = ReportMode::None;
    // A commit would wait for the attempts that a test has stopped.
    ParsedOptions.Quiesce = QuiesceMode::Never;
    currentTx(); // Registers this thread, if a test is to run out of memory.
    LateReads.store(0);
    TestPointHook.store(Stop::hook);
    if (const char *Name = getenv("STM_TEST_MUTATION")) {
#define STM_MUTATION_NAMED(M)                                                  \
  if (!strcmp(Name, #M))                                                       \
    ActiveMutation.store(Mutation::M);
      STM_MUTATIONS(STM_MUTATION_NAMED)
#undef STM_MUTATION_NAMED
    }
  }
  ~VersionTest() override {
    EXPECT_EQ(LateReads.load(), 0u) << "records read after they were given up";
    TestPointHook.store(nullptr);
    resetOptionsForTesting();
  }
};

} // namespace stm::rt::testing

#endif // STM_TEST_RT_VERSION_TESTING_H
