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

#include "stm/detail/parts.hpp"
#include "stm/detail/place.hpp"

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
               const char *Name, Place At, F &&Body) {
  for (;;) {
    __stm_next_in_turn(&Turns, Index);
    bool Committed = stm::try_atomic(Name, Body, At.File, At.Line);
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

/// \p Step(I) for each I in [0, Count), in transactions that commit in order.
/// \p Step.leave() when a thread has done its part; Step.name(I) and
/// Step.place(I) stand in reports.
template <class F> class OrderedLoop final {
public:
  OrderedLoop(uint64_t Count, F &Step, unsigned Threads)
      : Count(Count), Step(Step), Parts(Count, *this, Threads) {}

  /// Returns how many steps were done: all, unless one threw, which counts.
  uint64_t run() {
    Parts.run();
    return error() ? Executed : Count;
  }
  std::exception_ptr error() const { return Parts.error(); }

  /// For Parts.
  bool operator()(const Part &P, uint64_t &Rollbacks) {
    uint64_t At = P.Begin, Reached = P.Begin;
    for (;;) {
      try {
        return runInTurn(Turns, P.Number, Rollbacks, Step.name(At),
                         Step.place(At),
                         [&, At] { runSteps(At, P.End, Reached, Step); });
      } catch (const Split &) {
        At = Reached; // It is still its turn.
      } catch (...) {
        Executed = Reached + 1;
        closeTurns(Turns);
        throw;
      }
    }
  }
  void leave() { Step.leave(); }

private:
  const uint64_t Count;
  F &Step;
  alignas(64) stm_turns Turns = {0, 0};
  uint64_t Executed = 0; ///< By the one that throws.
  PartsOfLoop<OrderedLoop> Parts;
};

} // namespace detail
} // namespace stm

#endif // STM_DETAIL_ORDERED_HPP
