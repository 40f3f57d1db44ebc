//===- tx/lone.h - a thread that runs transactions alone --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While one thread is registered nobody else looks at orecs or clock. Then it
// takes locks and timestamps with plain loads and stores, in lone steps: a
// locked instruction costs about 18 cycles, and nothing after it starts before
// it is done. What is stored is the same in either way, so a thread may cease
// to be lone at any time, in the middle of an attempt too.
//
// Invariants
//  1. IsLone is set, and cleared, under the registry's lock, and only of a
//     thread that is the only registered one.
//  2. From when the second thread's registration has returned on, no lone step
//     is under way, and what they stored is visible to the caller. The lone
//     thread: InLoneStep, then a look at IsLone. The other one: IsLone,
//     membarrier, InLoneStep. One of them sees the other.
//  3. A lone step is a few instructions long, and calls nothing: waiting for
//     its end is safe under any lock.
//
// Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_LONE_H
#define STM_RT_TX_LONE_H

#include "base/test_point.h"
#include "tx/tx.h"

namespace stm::rt {

/// Calls \p Step unless another thread has registered; returns whether it did.
template <class F> STM_FAST_PATH bool inLoneStep(Tx &Self, F Step) {
  Self.InLoneStep.store(true, std::memory_order_relaxed);
  // (30) the lone thread's half of a fence that the other one's membarrier
  // makes whole. The look is acquire: the step doesn't begin before it.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  bool IsLone = Self.IsLone.load(std::memory_order_acquire);
  if (STM_LIKELY(IsLone)) {
    STM_TEST_POINT(LoneStep);
    Step();
  }
  // (31) release: pairs with the acquire in registry.cpp.
  Self.InLoneStep.store(false, std::memory_order_release);
  return IsLone;
}

} // namespace stm::rt

#endif // STM_RT_TX_LONE_H
