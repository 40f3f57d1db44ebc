//===- pass/CoveredAccesses.h - of what is locked already -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an earlier write barrier of the same function has locked and logged, on
// every way here, needs nothing more: a load is plain, a store is one. By
// bytes: the same SSA value and constant offsets. A dominating barrier has been
// executed since that value was computed, also in loops, for the value
// dominates the barrier.
//
// Nothing between the two ends that, calls included:
//
//  - A stripe stays locked until the attempt has ended, by its commit, or by a
//    rollback, which doesn't come back here. Also one that is undone alone: an
//    inner block gives back no lock.
//  - Rollbacks undo the newest record first, so the oldest one of a byte says
//    what becomes of it. Inner blocks are functions of their own: one that
//    began after the barrier has ended by now, with records of its own, and one
//    around it began before. So the barrier's record belongs to the innermost
//    block that an access here belongs to.
//  - Readers of versions look at the oldest record of an attempt, too, and that
//    is linked before the access, or else when the attempt ends: until then
//    they wait for the lock.
//  - A barrier that neither locks nor logs does so because of what stays as it
//    is: the attempt is inevitable and alone, for good; what it stores to is a
//    frame between here and the innermost block's begin; or a block that a
//    snapshot has allocated (should that turn out to be an update, its rollback
//    frees the block, and its inner blocks begin after that).
//  - Becoming inevitable keeps the locks (beside others), or nobody else runs
//    from then on.
//  - Memory that is freed isn't reused before the commit. (Whoever frees what
//    is another's to reuse at once doesn't access it by the old pointer.)
//
// A store is a release store, like that of a barrier: whoever reads it sees the
// lock. It covers no more than was logged. Reads cover nothing: a check says
// nothing of what is loaded after it.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_COVEREDACCESSES_H
#define STM_PASS_COVEREDACCESSES_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"

namespace stm {

class CoveredAccesses {
public:
  /// What a barrier is for.
  struct Access {
    const llvm::Value *Pointer = nullptr; ///< Null: nothing to look at.
    uint64_t Bytes = 0;
    bool Locks = false;      ///< And logs.
    bool MayBePlain = false; ///< If these bytes are locked and logged.
  };

  /// Finds them, before there are barriers.
  void find(llvm::Function &F, const llvm::DominatorTree &Dominators,
            llvm::function_ref<Access(llvm::Instruction &)> Describe);

  bool contains(const llvm::Instruction &Access) const {
    return Covered.contains(&Access);
  }

private:
  llvm::DenseSet<const llvm::Instruction *> Covered;
};

} // namespace stm

#endif // STM_PASS_COVEREDACCESSES_H
