//===- stm/detail/ordered.hpp - running ahead, committing in order -*- C++ -*-//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The steps of a loop, several to a transaction, on several threads. The
// transactions commit in the order of the loop (__stm_next_in_turn): one that
// has read what an earlier one then changed is rolled back, and runs again when
// its turn has come. So the result is that of the loop.
//
//===----------------------------------------------------------------------===//

#ifndef STM_DETAIL_ORDERED_HPP
#define STM_DETAIL_ORDERED_HPP

#include "stm/detail/crew.hpp"

#include <chrono>
#include <exception>

namespace stm {
namespace detail {

inline uint64_t turnOf(const stm_turns &Turns) {
  return __atomic_load_n(&Turns.now, __ATOMIC_ACQUIRE);
}

/// Nobody's turn any more.
constexpr uint64_t NoTurn = ~uint64_t{0};

inline void closeTurns(stm_turns &Turns) {
  __atomic_store_n(&Turns.now, NoTurn, __ATOMIC_RELEASE);
}

/// Runs \p Body as the transaction that is number \p Index, until it has
/// committed. False: the turns have been closed, and it hasn't. \p Rollbacks
/// counts.
template <class F>
bool runInTurn(stm_turns &Turns, uint64_t Index, uint64_t &Rollbacks,
               const char *Name, F &&Body) {
  for (;;) {
    __stm_next_in_turn(&Turns, Index);
    bool Committed = stm::try_atomic(Name, Body);
    Rollbacks += rollbacks();
    uint64_t Now = turnOf(Turns);
    // The body was cancelled, at its turn: it is as if it had committed.
    if (Committed || (Now > Index && Now != NoTurn))
      return true;
    Pause Wait;
    while ((Now = turnOf(Turns)) < Index)
      Wait();
    if (Now == NoTurn)
      return false;
  }
}

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

/// \p Step(I) for each I in [0, Count), in transactions that commit in order.
/// \p Step.leave() when a thread has done its part.
template <class F> class OrderedLoop final {
public:
  OrderedLoop(uint64_t Count, F &Step, unsigned Threads)
      : Count(Count), Step(Step), Steps(Count / (4 * uint64_t{Threads})),
        Workers(Threads, [this](bool IsHelper) { work(IsHelper); }) {}

  /// Returns how many steps were done: all, unless one threw, which counts.
  uint64_t run() {
    Workers.run();
    OnlyTransactions::settle();
    return Error ? Executed : Count;
  }
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
      F &Step;
      ~Leave() { Step.leave(); }
    } Last{Step};
    while (!(IsHelper && Workers.leaves())) {
      uint64_t Index, Begin, End;
      {
        std::lock_guard Guard(M);
        if (Next == Count || Error)
          return;
        Index = NextIndex++;
        Begin = Next;
        End = Next += std::min(Steps.get(), Count - Next);
      }
      uint64_t At = Begin, Reached = Begin, Rollbacks = 0;
      auto Began = std::chrono::steady_clock::now();
      for (bool IsDone = false; !IsDone;) {
        try {
          if (!runInTurn(Turns, Index, Rollbacks, nullptr,
                         [&, At] { runSteps(At, End, Reached, Step); }))
            return;
          IsDone = true;
        } catch (const Split &) {
          At = Reached; // It is still its turn.
        } catch (...) {
          std::lock_guard Guard(M);
          Error = std::current_exception();
          Executed = Reached + 1;
          closeTurns(Turns);
          return;
        }
      }
      Steps.note(End - Begin, Rollbacks,
                 std::chrono::steady_clock::now() - Began);
      Workers.note(1, Rollbacks);
    }
  }

  const uint64_t Count;
  F &Step;
  alignas(64) stm_turns Turns = {0, 0};
  alignas(64) std::mutex M;
  uint64_t Next = 0, NextIndex = 0;
  std::exception_ptr Error;
  uint64_t Executed = 0;
  Grain Steps;
  Crew Workers;
};

} // namespace detail
} // namespace stm

#endif // STM_DETAIL_ORDERED_HPP
