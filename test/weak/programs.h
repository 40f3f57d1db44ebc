//===- weak/programs.h - what is run on the simulated memory ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random programs, which the checker of check/ judges, and given ones of two to
// four threads, for what those don't get to. Of a given one only the order of
// steps and what loads return is random.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_WEAK_PROGRAMS_H
#define STM_TEST_WEAK_PROGRAMS_H

#include "simulation.h"

namespace stm::weak {

/// One run from a seed; what is wrong, empty if nothing.
using Program = std::string(Simulation &S, uint64_t Seed, Weakening *W);

template <unsigned Features>
std::string random(Simulation &S, uint64_t Seed, Weakening *W) {
  return S.runRandom(Seed, Features, W);
}

/// What a commit has made private its reader uses plainly, after that has been
/// passed on; older attempts may still be under way.
Program privatization;
/// The same, of who leaves the wait for those attempts until later.
Program lazyCommit;
/// Who privatizes looks at what older attempts have read.
Program vouchedFor;
Program vouchedForUnfenced;
/// The same, of who doesn't look for those attempts, since another has.
Program quietTime;
/// A plain read between a commit and its late wait looks at the stripe.
Program settledRead;
Program settledStore;
Program uncheckedAccess;
/// An uncommitted value is read, or not.
Program dirtyRead;
/// The same of one that is inevitable beside others: it makes no fence after
/// it has taken a lock.
Program dirtyReadBeside;
/// What another has committed is read, all or nothing of it.
Program twoReads;
/// Two count, each alone.
Program alone;
/// Somebody reads while another goes alone.
Program goingAlone;
/// The same as these two, of who begins without a fence.
Program privatizationUnfenced;
Program goingAloneUnfenced;
/// Something is guarded that another has locked.
Program lateGuard;
/// Who has read something beside others, and who writes it later.
Program guards;
/// Who waits for another's turn to run alone sleeps.
Program sleepers;
/// Threads wait in stm_retry for what another commits, and one of them may have
/// no read set.
Program waiters;
/// One, without a read set.
Program waiterForAnything;
/// The same as waiters for what another does alone.
Program waitersForAlone;
/// Snapshots read chains that are written and pruned meanwhile.
Program collections;
/// A snapshot begins while a commit without versions is under way, or after it.
Program handOver;
Program lateSnapshot;
/// Versions are to be given back that a snapshot has read and is past, or
/// reads.
Program pastWalk;
Program walkUnderWay;
/// A chunk of versions is used again while a snapshot may see an old lock.
Program reusedChunk;
/// Snapshots push those that commit.
Program pushes;
/// Each thread commits at its turn, and knows what those before it have done.
Program turns;
// A thread runs its first transactions, beside a lone one, and ends.
Program visitor;
Program interruptingVisitor;
Program shortVisitor;
Program shortVisitorUnfenced;
Program privatizingVisitor;
Program readingVisitor;
/// A block without barriers starts threads, which run transactions or don't.
Program plainBlock;

bool isTurn(uintptr_t Where);
/// A word that is read and written in transactions.
bool isWord(uintptr_t Where);
// Fences, known by where in the runtime they are.
bool isOfWaiter(uintptr_t);
bool isOfRetirement(uintptr_t);

} // namespace stm::weak

#endif // STM_TEST_WEAK_PROGRAMS_H
