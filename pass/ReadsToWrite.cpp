//===- pass/ReadsToWrite.cpp - loads that a store follows -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadsToWrite.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/CFG.h"
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

namespace {

/// Where, and how many bytes.
using Place = std::pair<const Value *, unsigned>;

/// Whether all ways on from a basic block come to one of some others before
/// long, and to nothing that ends pairs before that.
class SureWays {
public:
  SureWays(const SmallPtrSetImpl<const BasicBlock *> &To,
           const DenseSet<const BasicBlock *> &Open)
      : To(To), Open(Open) {}

  bool leadFrom(const BasicBlock &From) {
    return !succ_empty(&From) && all_of(successors(&From), [&](auto *Next) {
      return To.contains(Next) ||
             (Steps++ < MostSteps && Open.contains(Next) && leadFrom(*Next));
    });
  }

private:
  static constexpr unsigned MostSteps = 8; // A way round never has enough.
  const SmallPtrSetImpl<const BasicBlock *> &To;
  const DenseSet<const BasicBlock *> &Open;
  unsigned Steps = 0;
};

} // namespace

void ReadsToWrite::find(Function &F, const DominatorTree &Dominators,
                        function_ref<unsigned(Instruction &)> Bytes) {
  SmallVector<std::pair<Place, LoadInst *>> Ends;
  DenseMap<Place, SmallVector<StoreInst *, 1>> Begins;
  DenseSet<const BasicBlock *> Open;
  for (BasicBlock &BB : F) {
    SmallDenseMap<Place, LoadInst *> Loads;
    bool IsOpen = true;
    for (Instruction &I : BB) {
      if (endsPairs(I)) {
        Loads.clear();
        IsOpen = false;
      } else if (unsigned Size = Bytes(I)) {
        Place At(getLoadStorePointerOperand(&I), Size);
        if (auto *Load = dyn_cast<LoadInst>(&I))
          Loads.try_emplace(At, Load);
        else if (LoadInst *First = Loads.lookup(At))
          pair(*First, I);
        else if (IsOpen)
          Begins[At].push_back(cast<StoreInst>(&I));
      }
    }
    if (IsOpen)
      Open.insert(&BB);
    for (auto [At, Load] : Loads)
      Ends.push_back({At, Load});
  }
  for (auto &[At, Load] : Ends) {
    SmallVector<StoreInst *, 2> Stores;
    SmallPtrSet<const BasicBlock *, 2> Blocks;
    for (StoreInst *Store : Begins.lookup(At))
      if (Dominators.dominates(Load, Store)) {
        Stores.push_back(Store);
        Blocks.insert(Store->getParent());
      }
    if (!Stores.empty() && SureWays(Blocks, Open).leadFrom(*Load->getParent()))
      for (StoreInst *Store : Stores)
        pair(*Load, *Store);
  }
}

void ReadsToWrite::pair(LoadInst &Load, Instruction &Store) {
  NumReadsToWrite += Halves.insert(&Load).second;
  Halves.insert(&Store);
}

} // namespace stm
