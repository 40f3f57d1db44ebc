//===- pass/SettleTogether.h - an object, once a block ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a thread counts and computes between blocks often stands in one object:
//
//   for (;;) {
//     Of->Done += stm::atomic(...);
//     Of->Seed = next(Of->Seed);
//   }
//
// Instead of each access its bytes are stamped (SettledAccesses.h) behind each
// block from which code may come to one of them. To stamp touches no memory of
// the program's, so it may be done too early, or for nothing.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_SETTLETOGETHER_H
#define STM_PASS_SETTLETOGETHER_H

#include "OwnMemory.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"

namespace stm {

/// A block, and what can be settled that code may come to from there, before
/// another block or a wait.
struct SettledRegion {
  llvm::CallBase *Block;
  llvm::SmallSetVector<llvm::Instruction *, 8> Accesses;
};

/// Those of all regions that need nothing more: bytes of one object, of which
/// some are stored to, where that is less than to look at each.
llvm::SmallPtrSet<llvm::Instruction *, 8>
settleTogether(llvm::Function &F, llvm::ArrayRef<SettledRegion> Regions,
               OwnMemory &Own, const llvm::DominatorTree &Dominators,
               const llvm::LoopInfo &Loops);

} // namespace stm

#endif // STM_PASS_SETTLETOGETHER_H
