//===- tx/single_thread.h - blocks of a process with one thread -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While the process has one thread nobody can conflict with it, and if no
// module of the program can cancel or wait, no block is ever rolled back. Then
// blocks run as they were written, without barriers: the state is that of an
// inevitable transaction that runs alone, but there is no token to take, and
// nothing has been lost that a report should name.
//
// Invariants
//  1. When such a block begins there is no other thread, with a descriptor or
//     without. (As far as glibc knows: threads made by clone(2) itself aren't
//     supported.) So only the block itself can start one.
//  2. From when another thread's registration has returned until the block's
//     end the block's thread has token and exclusivity: that other thread has
//     given them to it. The block's end: InPlainBlock := 0, then a look at
//     IsLone. The other one: IsLone := 0, membarrier, a look at InPlainBlock.
//     If that is still set, the look at IsLone comes later, and the end waits
//     for the registration and gives back what it got.
//
// Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_SINGLE_THREAD_H
#define STM_RT_TX_SINGLE_THREAD_H

#include "tx/attempt.h"
#include "tx/run.h"
#include "tx/scope.h"
#include "tx/tsan.h"

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#else
inline constexpr char __libc_single_threaded = 0;
#endif

namespace stm::rt {

inline constexpr const char *kPlainReason =
    "a block without barriers, in a process with one thread "
    "(STM_OPTIONS=single_thread=barriers changes that)";

/// What STM_OPTIONS and the program's modules allow. Relaxed: cleared by
/// constructors, before the blocks that it is about.
extern STM_HIDDEN std::atomic<bool> BlocksMayRunPlainly;

/// Once the options are known. Until then no block runs so.
void initSingleThread();

/// Some module's blocks must run their versions.
void alwaysUseBarriers();

/// Whether a block that begins now on this thread runs its original.
STM_FAST_PATH bool mayRunPlainly(const Tx &Self) {
  return BlocksMayRunPlainly.load(std::memory_order_relaxed) &&
         __libc_single_threaded &&
         Self.IsLone.load(std::memory_order_relaxed) && !Self.InTransaction &&
         !Self.Turn && !Self.KeepsToken && !Self.Waits;
}

STM_FAST_PATH void Tx::beginPlain(const stm_site *Where) {
  // From here on a signal handler's block is inside of this one. Neighbours:
  // one store, which the loads of the next begin can be served from. IsUnusual,
  // so the next one comes here, too.
  Mode = ReadMode::Plain;
  InTransaction = true;
  SlowWrites = true;
  IsUnusual = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  InPlainBlock.store(true, std::memory_order_relaxed);
  Attempts = 0;
  Site = Where;
  Resume.Sp = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  InevitableReason = kPlainReason;
  InevitablePc = 0;
  tellTsanOfBegin();
  IsSample = Facts.isSampleDue();
  if (STM_UNLIKELY(IsSample))
    BeganAt = arch::ticks();
}

template <TxKind WhatKind> STM_FAST_PATH void Tx::endPlain() {
  tellTsanOfCommit();
  if (STM_UNLIKELY(!Output.empty())) {
    Output.lockOrder();
    Output.takeTicketAndUnlock();
  }
  Snapshot = 0;
  Mode = ReadMode::Plain;
  InTransaction = false;
  SlowWrites = true;
  IsUnusual = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  // (35) release: pairs with the acquire in handOverPlainBlock.
  InPlainBlock.store(false, std::memory_order_release);
  // (36) The other half of this fence is the registering thread's membarrier.
  // The flag is relaxed: whoever has set it for this block had lowered IsLone,
  // and if that is up again, (32) has brought the flag as well.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (STM_UNLIKELY(!IsLone.load(std::memory_order_acquire) ||
                   ExclusiveFlag.load(std::memory_order_relaxed)))
    giveBackExclusivity();
  if (WhatKind == TxKind::ReadOnly)
    Facts.Counts.ReadOnly.bump();
  else
    Facts.Counts.Updates.bump();
  Facts.Counts.SingleThreaded.bump();
  if (STM_UNLIKELY(IsSample || HasWork || InevitablePc))
    afterPlain();
}

/// Runs a block so. Where mayRunPlainly.
template <TxKind Kind>
STM_FAST_PATH Outcome runPlainly(Tx &Self, Body Original, void *Arg,
                                 const stm_site *Site) {
  Self.beginPlain(Site);
  try {
    Original(Arg);
  } catch (...) {
    // An exception, or the end of the thread, leaves the block: that commits.
    Self.endPlain<Kind>();
    throw;
  }
  Self.endPlain<Kind>();
  return Outcome::Done;
}

/// By a thread that registers, with the registry's lock, after its membarrier:
/// if \p Other is in such a block, it runs alone from here on.
void handOverPlainBlock(Tx &Other);

} // namespace stm::rt

#endif // STM_RT_TX_SINGLE_THREAD_H
