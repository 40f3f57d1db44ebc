//===- tx/registry.h - the descriptors of all threads -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Invariants
//  1. The list of descriptors only grows: whoever walks it needs no lock. A
//     thread that ends leaves its descriptor to a later thread.
//  2. While at most one thread is registered, needsBeginFence() is false, and
//     no other thread has a slot that is not Idle. The second thread raises the
//     flag and then runs membarrier before its own first begin: every slot
//     store made without a fence is visible to it by then.
//
// Thread safety: any thread. Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_REGISTRY_H
#define STM_RT_TX_REGISTRY_H

#include "tx/tx.h"

namespace stm::rt {

extern STM_HIDDEN std::atomic<Tx *> Descriptors;
extern STM_HIDDEN std::atomic<bool> SeveralThreads;
/// Whether there are no more threads than processors: whoever is waited for
/// mostly runs.
extern STM_HIDDEN std::atomic<bool> HasProcessorEach;
/// Threads. Relaxed: it says who looks where, and each look is enough by
/// itself.
extern STM_HIDDEN std::atomic<bool> HasMoreThanTwo;
/// Whether the system has it. Changes at start only.
extern STM_HIDDEN bool HasMembarrier;

/// Of threads that have run no transaction yet: Direct, and never changed.
extern STM_HIDDEN Tx NoTx;
extern STM_PROTECTED __thread Tx *CurrentTx __asm__("__stm_current");

/// (8b) acquire: pairs with the release that lowers the flag: what the other
/// thread did before it ended is visible. Raised, it is ordered by membarrier
/// (invariant 2). At begin only after the slot has been stored.
inline bool needsBeginFence() {
  return SeveralThreads.load(std::memory_order_acquire);
}

/// This thread's descriptor, registered on first use.
STM_SLOW_PATH Tx &registerThread();
STM_FAST_PATH Tx &currentTx() {
  Tx *Self = CurrentTx;
  return STM_LIKELY(Self != &NoTx) ? *Self : registerThread();
}

/// Once, from the runtime's constructor.
void initializeRegistry();

/// Waits until those that have begun are over.
void awaitRegistrations();

/// Around fork: no thread registers or ends. In the child all descriptors but
/// the caller's are idle and free for new threads.
void lockRegistryForFork();
void unlockRegistryInParent();
void unlockRegistryInChild();

/// Calls \p Visit(Tx &) for each descriptor that ever was.
template <class F> void forEachDescriptor(F Visit) {
  // (13) acquire: pairs with the release that put the descriptor on the list.
  for (Tx *T = Descriptors.load(std::memory_order_acquire); T;
       T = T->NextInRegistry)
    Visit(*T);
}

/// Up to when somebody has already found all attempts over, or blind to nothing
/// that had been committed (quiescence.cpp). A cache line of its own: who only
/// reads finds it unchanged where nobody writes.
extern STM_HIDDEN struct QuietTime {
  alignas(CacheLine) std::atomic<Timestamp> Time{0};
  char Padding[CacheLine - sizeof(Time)] = {};

  /// (29) acquire: pairs with the release in note: the waits are over for the
  /// caller too.
  bool covers(Timestamp T) const {
    return T <= Time.load(std::memory_order_acquire);
  }
  /// (29) release. An older time over a newer one does no harm.
  void note(Timestamp T) { Time.store(T, std::memory_order_release); }
} Quiet;

/// Whether somebody's slot is below \p Time. The caller's own isn't.
STM_FAST_PATH bool isSlotBelow(Timestamp Time) {
  // See waitForQuiescence.
  arch::fenceAfterRmw();
  Tx *T = Descriptors.load(std::memory_order_acquire);
  while (T) {
    // (9) acquire.
    if (STM_UNLIKELY(T->Slot.load(std::memory_order_acquire) < Time))
      return true;
    T = T->NextInRegistry;
  }
  return false;
}

/// The same for their facts, in the shape that report/ takes.
inline void visitAllFacts(FactsVisitor Visit, void *Arg) {
  forEachDescriptor([=](Tx &T) { Visit(T.Facts, Arg); });
}

} // namespace stm::rt

#endif // STM_RT_TX_REGISTRY_H
