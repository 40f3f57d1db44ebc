//===- stm/detail/parts.hpp - the parts of a loop ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps of a loop are done in parts, several steps to a transaction, by a
// crew of threads that each take the next part. How large a part is depends on
// how long steps take and how often they are rolled back.
//
//===----------------------------------------------------------------------===//

#ifndef STM_DETAIL_PARTS_HPP
#define STM_DETAIL_PARTS_HPP

#include "stm/detail/crew.hpp"

#include <chrono>
#include <exception>

namespace stm {
namespace detail {

/// Leaves a transaction: what it has done stands, the rest is another one's.
struct Split {};

/// Inside a transaction: \p Step(I) for each I in [\p Begin, \p End). \p Next
/// is the first that hasn't been done. Each step can be cancelled by itself.
/// Where one waits, those before it must not wait with it; what follows one
/// that can't be undone must not lose the right to be. Both end the transaction
/// there.
template <class F>
void runSteps(uint64_t Begin, uint64_t End, uint64_t &Next, F &Step) {
  for (uint64_t I = Begin; I != End;) {
    auto One = [&] { Step(I); };
    Block<decltype(One) &, void> Inner{One};
    int How = __stm_nested(&decltype(Inner)::run, &Inner, STM_CATCH_RETRY);
    if (How == STM_BLOCK_RETRIED) {
      if (I == Begin)
        stm::retry();
      throw Split{};
    }
    Next = ++I;
    if (I != End && stm_is_inevitable())
      throw Split{};
  }
}

/// How many steps a transaction takes: so many that beginning and ending it
/// costs little beside them, and few after conflicts.
class Grain {
public:
  explicit Grain(uint64_t Most) : Most(std::max<uint64_t>(Most, 1)) {}
  uint64_t get() const { return Steps.load(std::memory_order_relaxed); }
  /// A transaction of \p Count steps took that long, all attempts.
  void note(uint64_t Count, uint64_t Rollbacks,
            std::chrono::steady_clock::duration Took) {
    if (Count != get() && Count < get())
      return; // A rest, or of before the last change.
    if (Rollbacks)
      set(Count / 2);
    else if (Took < std::chrono::microseconds(50))
      set(Count * 2);
    else if (Took > std::chrono::microseconds(500))
      set(Count / 2);
  }

private:
  void set(uint64_t Count) {
    Steps.store(std::clamp<uint64_t>(Count, 1, Most),
                std::memory_order_relaxed);
  }
  std::atomic<uint64_t> Steps{1};
  const uint64_t Most;
};

/// The \p Number-th part of a loop: the steps from Begin to before End.
struct Part {
  uint64_t Number, Begin, End;
};

/// \p Do(part, counts rollbacks) for parts that make up [0, Count). It returns
/// whether to go on; what it throws ends the loop. \p Do.leave() when a thread
/// has done its last.
template <class F> class PartsOfLoop final {
public:
  PartsOfLoop(uint64_t Count, F &Do, unsigned Threads)
      : Count(Count), Do(Do), Steps(Count / (4 * uint64_t{Threads})),
        Workers(Threads, [this](bool IsHelper) { work(IsHelper); }) {}

  /// Returns when nobody works any more.
  void run() {
    Workers.run();
    OnlyTransactions::settle();
  }
  /// The first exception.
  std::exception_ptr error() const { return Error; }

private:
  struct Asleep final : Sleeper {
    explicit Asleep(Crew &C) : C(C) {}
    void sleeps(bool Asleep) override { C.sleeps(Asleep); }
    Crew &C;
  };

  void work(bool IsHelper) {
    OnlyTransactions Here;
    Asleep Told(Workers);
    struct Leave {
      F &Do;
      ~Leave() { Do.leave(); }
    } Last{Do};
    while (!(IsHelper && Workers.leaves())) {
      Part P;
      {
        std::lock_guard Guard(M);
        if (Next == Count || Error)
          return;
        P.Number = NextPart++;
        P.Begin = Next;
        P.End = Next += std::min(Steps.get(), Count - Next);
      }
      uint64_t Rollbacks = 0;
      auto Began = std::chrono::steady_clock::now();
      try {
        if (!Do(P, Rollbacks))
          return;
      } catch (...) {
        std::lock_guard Guard(M);
        if (!Error)
          Error = std::current_exception();
        return;
      }
      Steps.note(P.End - P.Begin, Rollbacks,
                 std::chrono::steady_clock::now() - Began);
      Workers.note(1, Rollbacks);
    }
  }

  const uint64_t Count;
  F &Do;
  alignas(64) std::mutex M;
  uint64_t Next = 0, NextPart = 0;
  std::exception_ptr Error;
  Grain Steps;
  Crew Workers;
};

} // namespace detail
} // namespace stm

#endif // STM_DETAIL_PARTS_HPP
