//===- weak/machine.h - what the runtime's atomics run on -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The runtime's own sources, compiled for ThreadSanitizer, call a function for
// each atomic access, with its memory order, and for each plain one. These
// functions are here, in the sanitizer's place, and go to a simulated memory
// (memory.h) while a scheduler (check/scheduler.h) runs logical threads. At
// other times accesses are what they are.
//
// Real memory holds what is newest in modification order.
//
// A weakening replaces the order of some accesses by a weaker one, as if it
// stood so in the source; a fence is known by what its thread stored last.
//
// Thread safety: none; one thread of the system.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_WEAK_MACHINE_H
#define STM_TEST_WEAK_MACHINE_H

#include "memory.h"

#include "base/test_point.h"

namespace stm::weak {

/// A barrier is membarrier(2).
enum class Kind : uint8_t { Load, Store, Update, Fence, Barrier };

/// Of the accesses of one kind, with order \c From, to what \c Is names:
/// \c To. A fence that becomes relaxed is none.
struct Weakening {
  bool (*Is)(uintptr_t Where);
  Kind What;
  Order From, To;
  /// Counts: what no access is like weakens nothing.
  uint64_t Times = 0;
};

class Machine {
public:
  Machine();
  ~Machine();
  Machine(const Machine &) = delete;
  Machine &operator=(const Machine &) = delete;

  /// The tests' own: never simulated.
  void ignore(const void *Begin, size_t Bytes);

  /// From here on, until stop, all that is accessed is simulated. About one in
  /// \p StaleOneIn loads returns something old where it may. \p W: see above;
  /// null: none.
  void start(uint64_t Seed, uint32_t StaleOneIn, Weakening *W);
  void stop();
  /// Called before an atomic access (a fence: of nothing): others may go on
  /// there. Of one run.
  std::function<void(uintptr_t Where)> OnAccess;
  /// What is accessed in pieces of several sizes. Anything else of less than 8
  /// bytes is a location of its own.
  bool (*IsMixed)(uintptr_t Where) = nullptr;
  /// See memory.h.
  void beMultiCopyAtomic(bool Whether) {
    Simulated.IsMultiCopyAtomic = Whether;
  }
  /// Whose the accesses are.
  void enter(unsigned Thread) { Now = Thread; }
  /// Where in the runtime that thread is.
  void reach(rt::TestPoint Point) { LastPoint[Now] = Point; }
  rt::TestPoint lastPoint() const { return LastPoint[Now]; }

  /// Threads tell each other of what has ended.
  void tellOfEnd() { Simulated.putBaton(Now); }
  void hearOfEnds() { Simulated.takeBaton(Now); }

  /// The first mutex that is locked in \p Do synchronizes its users from here
  /// on. (Others are the allocator's and the like.)
  void learnMutex(const std::function<void()> &Do);
  /// What \p Do accesses atomically, in this order. Not while it is started.
  std::vector<uintptr_t> accessesOf(const std::function<void()> &Do);

  const std::string &race() const { return Simulated.race(); }
  /// Loads that returned something old.
  uint64_t staleLoads() const { return Stale; }

  /// For the functions that are called by instrumented code.
  static Machine *active() { return Active; }
  /// While it lives accesses are what they are.
  class Off {
  public:
    Off() : Was(Active) { Active = nullptr; }
    ~Off() { Active = Was; }
    Off(const Off &) = delete;
    Off &operator=(const Off &) = delete;

  private:
    Machine *Was;
  };
  bool simulates(const volatile void *Where) const;
  uint64_t load(uintptr_t Where, size_t Bytes, int Order);
  void store(uintptr_t Where, size_t Bytes, uint64_t Value, int Order);
  uint64_t update(uintptr_t Where, size_t Bytes, int Order, int OnFailure,
                  const std::function<bool(uint64_t &)> &New);
  void fence(int Order);
  void membarrier();
  /// FUTEX_WAIT, to the wake-up, which is lost if nobody waits.
  void sleep(uintptr_t Where, uint32_t While);
  void wake(uintptr_t Where) { ++Wakes[Where]; }
  bool isSimulatedMutex(uintptr_t Where) const { return Where == Mutex; }
  void noteMutex(uintptr_t Where);
  void hasLocked(uintptr_t Mutex) { Simulated.takeBaton(Now, Mutex); }
  void unlocks(uintptr_t Mutex) { Simulated.putBaton(Now, Mutex); }
  void plain(uintptr_t Begin, size_t Bytes, bool IsWrite);
  void giveBack(uintptr_t Begin, size_t Bytes) {
    Simulated.giveBack(Now, Begin, Bytes);
  }
  void forget(uintptr_t Begin, size_t Bytes) { Simulated.forget(Begin, Bytes); }

private:
  struct Part;
  Part part(uintptr_t Where, size_t Bytes);
  unsigned choose(unsigned Count);
  Order orderOf(int Given, Kind What, uintptr_t Where);

  static Machine *Active;

  Memory Simulated;
  std::vector<std::pair<uintptr_t, uintptr_t>> Ignored;
  uint64_t State = 0;
  uint32_t StaleOneIn = 0;
  uint64_t Stale = 0;
  unsigned Now = 0;
  Weakening *Weaker = nullptr;
  uintptr_t LastStored[Memory::MostThreads] = {};
  rt::TestPoint LastPoint[Memory::MostThreads] = {};
  uintptr_t Mutex = 0;
  bool LearnsMutex = false;
  std::vector<uintptr_t> *Trace = nullptr; ///< Only this is wanted.
  std::unordered_map<uintptr_t, uint64_t> Wakes;
};

/// What the runtime has pthread call at a thread's end, with its descriptor.
extern void (*EndThread)(void *);

} // namespace stm::weak

#endif // STM_TEST_WEAK_MACHINE_H
