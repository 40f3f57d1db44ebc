//===- pass/ReadsToWrite.h - loads that a store follows ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `X += Y`: what is read is written a few instructions later. Two barriers
// would look at the stripe's orec twice, and the transaction would validate
// what it has locked. So the load locks and logs, and the store is one.
//
// Between the two stands nothing but computation and other barriers, in one
// basic block or in a few: the store surely follows, and soon. (That the lock is
// still there then, CoveredAccesses.h explains.)
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_READSTOWRITE_H
#define STM_PASS_READSTOWRITE_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"

namespace stm {

class ReadsToWrite {
public:
  /// Finds them, before there are barriers. \p Bytes: of an access that gets a
  /// scalar barrier; 0 for any other instruction.
  void find(llvm::Function &F, const llvm::DominatorTree &Dominators,
            llvm::function_ref<unsigned(llvm::Instruction &)> Bytes);

  /// Whether \p Access, a load or a store, is half of such a pair.
  bool contains(const llvm::Instruction &Access) const {
    return Halves.contains(&Access);
  }

private:
  void pair(llvm::LoadInst &Load, llvm::Instruction &Store);

  llvm::DenseSet<const llvm::Instruction *> Halves;
};

} // namespace stm

#endif // STM_PASS_READSTOWRITE_H
