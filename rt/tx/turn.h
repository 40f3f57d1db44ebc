//===- tx/turn.h - transactions that commit in a given order ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread says of its next transaction that it is number I of an order. The
// body runs ahead; the commit waits until all before it have committed, and
// then validates as any other does. So the result is that of running them one
// after the other, I ascending.
//
// It waits with its locks held and its slot busy. Whoever needs either must not
// wait for it, or the two could wait for each other by way of those before it
// in the order:
//
// Invariants
//  1. Whoever waits for its turn gives way (rolls back) as soon as somebody
//     holds the token, or the one whose turn it is has met a lock (a mutex
//     too). It looks for both all the time.
//  2. An attempt that is rolled back before its turn is not run again here: the
//     call returns as cancelled, and the caller waits for the turn with nothing
//     in hand. So each gives way once.
//  3. Nothing becomes inevitable before its turn; nor is it put to sleep by
//     stm_retry, or undone for good by stm_cancel: what it has read may be what
//     those before it are about to change.
//  4. Quiescence is waited for after the turn has been passed on: those behind
//     have older snapshots, and wait for the turn.
//  5. A transaction that an exception leaves doesn't pass the turn on, and one
//     that is cancelled waits before it does. Those behind give way then, for
//     the sake of its quiescence.
//
// Thread safety: a Turn is its owner's; the struct stm_turns any thread's.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_TURN_H
#define STM_RT_TX_TURN_H

#include "base/port.h"
#include "stm/abi.h"

namespace stm::rt {

class Turn {
public:
  constexpr Turn() = default;
  Turn(stm_turns *Order, uint64_t Index) : Order(Order), Index(Index) {}

  explicit operator bool() const { return Order != nullptr; }

  /// (33) acquire: pairs with pass(): what those before it have done.
  bool hasCome() const { return now() == Index; }
  /// The order has been closed, or was at another place from the start.
  bool isOver() const { return now() > Index; }
  /// (33) release.
  void pass() const {
    __atomic_store_n(&Order->now, Index + 1, __ATOMIC_RELEASE);
  }

  /// An attempt begins.
  void begin() { IsCertain = hasCome(); }
  /// All before it had committed when the attempt began.
  bool isCertain() const { return IsCertain; }

  /// It is its turn, and it has met a lock, which those behind may have; or it
  /// will wait for quiescence.
  void askOthersToGiveWay() const {
    __atomic_store_n(&Order->asks, Index + 1, __ATOMIC_RELAXED);
  }
  /// Relaxed: looked at again and again.
  bool isAskedToGiveWay() const {
    return __atomic_load_n(&Order->asks, __ATOMIC_RELAXED) == now() + 1;
  }

private:
  uint64_t now() const {
    return __atomic_load_n(&Order->now, __ATOMIC_ACQUIRE);
  }

  stm_turns *Order = nullptr;
  uint64_t Index = 0;
  bool IsCertain = false;
};

} // namespace stm::rt

#endif // STM_RT_TX_TURN_H
