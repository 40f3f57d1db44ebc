//===- tx/exclusive.h - the token, and running alone ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An inevitable transaction holds the token (there is one), and exclusivity if
// it runs alone: no other attempt runs.
//
// Invariants
//  1. Whoever waits for the token, or for the end of exclusivity, holds no lock
//     and its slot is Idle.
//  2. From the moment takeExclusivity has returned until dropExclusivity no
//     other attempt accesses data: begin stores its slot, then (full fence)
//     looks at the flag; the taker stores the flag, then (full fence) looks at
//     the slots. One of them sees the other. (A slot may be busy for a moment,
//     in a begin that is about to see the flag.) Where begin has left its fence
//     to the first lock or read, that looks again: a lock at the guards' flag,
//     which is raised as well. (The stripe is locked for a moment. Who runs
//     alone looks at no lock, or waits for it.)
//  3. A begin that finds the flag up lowers its slot again before it waits.
//
// Thread safety: any thread. Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_EXCLUSIVE_H
#define STM_RT_TX_EXCLUSIVE_H

#include "tx/tx.h"

namespace stm::rt {

extern STM_HIDDEN std::atomic<uint32_t> ExclusiveFlag;

/// False if another thread holds the token. True also if \p Self holds it.
bool tryTakeToken(Tx &Self);
bool holdsToken(const Tx &Self);
/// By anybody.
bool isTokenTaken();

/// With the token held: raises the flag and waits until the others are idle.
void raiseExclusive(Tx &Self);

/// The same for \p Other, which holds it, by another thread that hasn't run
/// yet. Nobody else has either, so there is nobody to wait for.
void raiseExclusiveFor(const Tx &Other);

/// Waits for the token. Only where \p Self holds nothing.
void takeToken(Tx &Self);
/// The same, then raiseExclusive.
void takeExclusivity(Tx &Self);
/// How often the token has been given back. (34) seq_cst: pairs with the count
/// in dropExclusivity, before which guards are cleared: one that is found set
/// after it is that holder's, or a later one's.
uint32_t tokenPeriod();
/// Waits until who holds the token in \p Period has given it back. Whoever has
/// it later may wait for this thread itself.
void waitForTokensHolder(Tx &Self, uint32_t Period = tokenPeriod());
/// Gives back flag and token and wakes who waits for either or, if \p
/// HasChanged anything, in stm_retry.
void dropExclusivity(Tx &Self, bool HasChanged = true);

/// Waits while another thread than \p Self's runs alone.
STM_SLOW_PATH void waitWhileExclusive(Tx &Self);

/// In a fork's child: nobody waits.
void resetExclusiveInChild();

} // namespace stm::rt

#endif // STM_RT_TX_EXCLUSIVE_H
