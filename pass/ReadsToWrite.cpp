//===- pass/ReadsToWrite.cpp - loads that a store follows -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadsToWrite.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/IntrinsicInst.h"

#define DEBUG_TYPE "stm-barriers"

using namespace llvm;

namespace stm {

STATISTIC(NumReadsToWrite, "Loads that lock for the store after them");

/// Whether the runtime may get control there, other than in a barrier, or the
/// rest of the block may not be reached.
static bool endsPairs(Instruction &I) {
  if (isa<DbgInfoIntrinsic>(I))
    return false;
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return !Load->isSimple();
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return !Store->isSimple();
  if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&I))
    return Intrinsic->mayHaveSideEffects() &&
           !Intrinsic->isLifetimeStartOrEnd() && !isa<AssumeInst>(Intrinsic);
  return isa<CallBase>(I) || I.mayHaveSideEffects();
}

void ReadsToWrite::find(Function &F,
                        function_ref<unsigned(Instruction &)> Bytes) {
  for (BasicBlock &BB : F)
    find(BB, Bytes);
}

void ReadsToWrite::find(BasicBlock &BB,
                        function_ref<unsigned(Instruction &)> Bytes) {
  SmallDenseMap<std::pair<const Value *, unsigned>, LoadInst *> Loads;
  for (Instruction &I : BB) {
    if (endsPairs(I)) {
      Loads.clear();
    } else if (unsigned Size = Bytes(I)) {
      std::pair<const Value *, unsigned> Place(getLoadStorePointerOperand(&I),
                                               Size);
      if (auto *Load = dyn_cast<LoadInst>(&I)) {
        Loads.try_emplace(Place, Load);
      } else if (LoadInst *First = Loads.lookup(Place)) {
        NumReadsToWrite += Halves.insert(First).second;
        Halves.insert(&I);
      }
    }
  }
}

} // namespace stm
