//===- weak/memory.h - a weak memory, simulated -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory as C++20 allows it to behave, for threads that take steps one after
// the other. Each location has all that was stored to it, in modification
// order. A load may return any of that which is not older than what its thread
// knows; what it knows is a view, a lower bound for each location. Views travel
// by release and acquire, and through fences (Kang, Hur, Lahav, Vafeiadis,
// Dreyer, "A promising semantics for relaxed-memory concurrency", POPL 2017,
// less the promises; Lahav and others, "Repairing sequential consistency in
// C/C++11", PLDI 2017, which C++20 follows).
//
//   relaxed stores, too    may end up before what another thread has stored
//                          already, unless the thread knows of that;
//   read-modify-writes     come right after what they have read;
//   seq_cst fences         exchange views with one view that is everybody's;
//   seq_cst accesses       do so for their location.
//
// What isn't simulated: a load that returns what is stored later in the order
// of steps (load buffering). No thread sees a store before it is done.
//
// Happens-before is kept beside, as vector clocks, and plain accesses must be
// ordered by it with others' accesses: else it is a race, and noted.
//
// A location is 8 bytes, aligned, or a small one, of less and never accessed
// otherwise. A store of less than 8 keeps the rest as it is newest, and knows
// what that store knew: fewer behaviours than C++ allows, and none that it
// doesn't.
//
// Thread safety: none; one thread of the system.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_WEAK_MEMORY_H
#define STM_TEST_WEAK_MEMORY_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stm::weak {

enum class Order : uint8_t { Relaxed, Acquire, Release, AcqRel, SeqCst };
inline bool acquires(Order O) {
  return O == Order::Acquire || O == Order::AcqRel || O == Order::SeqCst;
}
inline bool releases(Order O) {
  return O == Order::Release || O == Order::AcqRel || O == Order::SeqCst;
}

class Memory {
public:
  static constexpr unsigned MostThreads = 4;
  /// Of 0 to n - 1; 0 is what a machine without surprises does.
  using Choose = std::function<unsigned(unsigned)>;

  explicit Memory(Choose C) : Pick(std::move(C)) {}

  /// The name of the small location there.
  static uintptr_t small(uintptr_t Where) { return Where | uintptr_t{1} << 63; }

  /// Stores are seen by all others at once (multi-copy atomicity), as on x86
  /// and aarch64: what a thread had seen before a fence is known to whoever
  /// sees a store over what that thread has read after the fence.
  bool IsMultiCopyAtomic = false;

  /// Forgets everything. All threads know whatever memory holds.
  void reset();

  // \p Real is what the location's 8 bytes hold: its value at the first access,
  // and whenever somebody has stored there without telling.
  uint64_t load(unsigned T, uintptr_t Where, Order O, uint64_t Real);
  /// Stores the bytes of \p Mask. True: it is the newest store.
  bool store(unsigned T, uintptr_t Where, uint64_t Mask, uint64_t Value,
             Order O, uint64_t Real);
  /// \p New makes the new value of the old one, or says that there is none
  /// (false): that is a load, of order \p OnFailure. Returns the old value, and
  /// in \p Stored whether something was stored that is the newest.
  uint64_t update(unsigned T, uintptr_t Where, Order O, Order OnFailure,
                  uint64_t Real, const std::function<bool(uint64_t &)> &New,
                  bool &Stored);
  void fence(unsigned T, Order O);
  /// membarrier(2): a full fence of all threads, at some point each.
  void fenceOfAll();

  /// What threads know when they have put it down, who takes it later knows,
  /// and happens after them. For what the simulated program does beside, and
  /// for mutexes: a baton each.
  void putBaton(unsigned T, uintptr_t Which = 0);
  void takeBaton(unsigned T, uintptr_t Which = 0);

  // Races. The first one since the reset is told by race().
  void plainRead(unsigned T, uintptr_t Begin, size_t Bytes);
  void plainWrite(unsigned T, uintptr_t Begin, size_t Bytes);
  void atomicAccess(unsigned T, uintptr_t Begin, size_t Bytes, bool IsWrite);
  /// Given back: nobody may still be accessing it.
  void giveBack(unsigned T, uintptr_t Begin, size_t Bytes);
  /// New memory there: nothing that was done to the old one is of interest.
  void forget(uintptr_t Begin, size_t Bytes);
  const std::string &race() const { return Race; }

private:
  using Time = uint32_t;
  using Clocks = std::array<uint32_t, MostThreads>;

  struct View {
    std::vector<Time> Seen; ///< By location; what is missing is 0.
    Clocks Known = {};

    Time of(uint32_t L) const { return L < Seen.size() ? Seen[L] : 0; }
    void raise(uint32_t L, Time To);
    void joinSeen(const View &Other);
    void join(const View &Other);
  };

  struct Message {
    Time At;
    bool IsGlued; ///< A read-modify-write comes right after it.
    uint64_t Value;
    View Released;
  };

  struct Location {
    uintptr_t Where;
    std::vector<Message> Messages; ///< In modification order.
    View OfReaders; ///< As of their last fences. If it is multi-copy atomic.
  };

  struct Thread {
    View Now;      ///< What it knows.
    View Acquired; ///< And would after an acquire fence.
    View Released; ///< As of its last release fence.
    View Fenced;   ///< As of its last seq_cst fence.
  };

  /// Who accessed a byte last.
  struct Shadow {
    struct Access {
      uint32_t Clock = 0; ///< 0: none.
      uint8_t Thread = 0;
    };
    Access Write, AtomicWrite[MostThreads];
    std::array<uint32_t, MostThreads> Reads = {}, AtomicReads = {};
  };

  Location &locationOf(uintptr_t Where, uint64_t Real, uint32_t &Index);
  /// Where in \p L the thread may read from: so many of the newest.
  unsigned readable(const Location &L, Time Least) const;
  size_t insert(Location &L, size_t After, Message M);
  void knowMessage(Thread &T, uint32_t L, const Message &M, Order O);
  View released(const Thread &T, uint32_t L, Time At, Order O) const;
  void tick(unsigned T);
  bool knows(unsigned T, unsigned Other, uint32_t Clock) const {
    return !Clock || T == Other || Threads[T].Now.Known[Other] >= Clock;
  }
  void access(unsigned T, uintptr_t Begin, size_t Bytes, bool IsWrite,
              bool IsAtomic);
  void dropLocations(uintptr_t Begin, size_t Bytes);

  Choose Pick;
  std::array<Thread, MostThreads> Threads;
  View Total; ///< Of seq_cst fences and accesses.
  std::vector<Location> Locations;
  std::unordered_map<uintptr_t, uint32_t> Index;
  std::unordered_map<uintptr_t, Shadow> Shadows;
  std::unordered_map<uintptr_t, View> Batons;
  std::string Race;
};

} // namespace stm::weak

#endif // STM_TEST_WEAK_MEMORY_H
