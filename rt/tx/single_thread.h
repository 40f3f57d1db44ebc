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

#include "tx/run.h"

namespace stm::rt {

/// Once the options are known. Until then no block runs so.
void initSingleThread();

/// Some module's blocks must run their versions.
void alwaysUseBarriers();

/// Whether a block that begins now on this thread runs its original.
bool mayRunPlainly(const Tx &Self);

/// Does that. Where mayRunPlainly.
Outcome runPlainly(Tx &Self, Body Original, void *Arg, const stm_site *Site,
                   TxKind Kind);

/// By a thread that registers, with the registry's lock, after its membarrier:
/// if \p Other is in such a block, it runs alone from here on.
void handOverPlainBlock(Tx &Other);

} // namespace stm::rt

#endif // STM_RT_TX_SINGLE_THREAD_H
