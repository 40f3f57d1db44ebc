//===- tx/scope.h - inner blocks that can be undone alone -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block inside a transaction is part of it (flat), unless it has to be undone
// by itself: closed nesting. Such a block is a scope: a mark in the logs, and a
// checkpoint of its own, which meanwhile stands in for the transaction's.
//
// Invariants
//  1. Undoing a scope restores what was written since its mark. Its records,
//     locks and reads stay: each is as good for the attempt around it, and a
//     stripe must not be released with a word that nobody has taken from the
//     clock. Restoring such a record again, in a later rollback, changes
//     nothing: before it the bytes are already what it says.
//  2. Own frames are those below the innermost scope's checkpoint. What lies
//     above is logged, frames of the attempt included. Those are gone when
//     the attempt, or a scope around them, is undone: nothing below the
//     checkpoint that is returned to is restored on this stack.
//  3. Memory allocated in an undone scope stays allocated until the attempt
//     ends: records of it are in the log.
//
// Which blocks are scopes: alternatives of or_else, and blocks that cancel on
// an exception, always. Others are flat until a program cancels one for the
// first time: that attempt is run again, and from then on inner blocks are
// scopes (but not those that the pass has seen not to cancel).
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_SCOPE_H
#define STM_RT_TX_SCOPE_H

#include "tx/run.h"

namespace stm::rt {

/// How a block, inner or not, was left. Known to headers (abi.h).
enum class Outcome : int {
  Done = STM_BLOCK_DONE,
  Cancelled = STM_BLOCK_CANCELLED,
  Retried = STM_BLOCK_RETRIED, ///< Of scopes that catch it.
};

struct Scope {
  Scope *Outer;
  Checkpoint OuterResume;
  uint32_t OuterFlatDepth;
  AllocationLog::Mark OuterKept;
  bool CatchesRetry;

  EhGlobals Eh;
  int HandlerCount; ///< Of the exception that is being handled.
  UndoLog::Mark Undo;
  AllocationLog::Mark Allocations;
  CountLog::Mark Counts;
  HeldLocks::Mark Locked;
  Hooks::Mark Hooks;
  DeferredOutput::Mark Output;
  size_t Foreign;
};

/// Runs a block inside \p Self's transaction.
Outcome runInner(Tx &Self, Body Original, Body Clone, void *Arg, uintptr_t Pc);

/// The same as a scope. \p Catches: bits STM_CATCH_…
Outcome runScope(Tx &Self, Body Original, Body Clone, void *Arg,
                 unsigned Catches, uintptr_t Pc);

} // namespace stm::rt

#endif // STM_RT_TX_SCOPE_H
