//===- pass/Neighbours.cpp - loads that are read together -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Neighbours.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IntrinsicInst.h"

#define DEBUG_TYPE "stm-barriers"

using namespace llvm;

namespace stm {

STATISTIC(NumNeighbours, "Loads that are read together with others");

namespace {

/// What a range is made of, and how long it is: as much as the runtime inlines.
/// Greater ranges of words gain nothing: they don't fit into the registers.
struct Unit {
  uint64_t Bytes, RangeBytes;
};
constexpr Unit Words{8, 32}, Halves{4, 16};

/// Loads of a basic block that nothing stands between.
struct Run {
  const Unit &Of;
  SmallVector<LoadInst *, 16> Loads = {};
  uint64_t Bytes = 0;
};

} // namespace

/// 0: not known here.
static uint64_t bytesOf(const LoadInst &Load) {
  TypeSize Size =
      Load.getModule()->getDataLayout().getTypeStoreSize(Load.getType());
  return Size.isScalable() ? 0 : Size.getFixedValue();
}

static bool isOf(const Unit &U, const LoadInst &Load) {
  uint64_t Bytes = bytesOf(Load);
  return Load.getAlign() >= Align(U.Bytes) && Bytes && Bytes % U.Bytes == 0;
}

/// Whether loads behind \p I can't be done before it.
static bool endsGroup(const Instruction &I) {
  if (isa<DbgInfoIntrinsic, AssumeInst>(I))
    return false;
  return I.mayWriteToMemory() ||
         !isGuaranteedToTransferExecutionToSuccessor(&I);
}

void Neighbours::find(Function &F, function_ref<bool(LoadInst &)> IsWanted,
                      function_ref<ScalarEvolution &()> Evolution) {
  for (BasicBlock &BB : F) {
    Run OfWords{Words}, OfHalves{Halves};
    auto End = [&] {
      for (Run *R : {&OfWords, &OfHalves}) {
        if (R->Loads.size() > 1 && R->Bytes >= R->Of.RangeBytes)
          group(R->Loads, R->Of.RangeBytes, Evolution());
        R->Loads.clear();
        R->Bytes = 0;
      }
    };
    for (Instruction &I : BB) {
      auto *Load = dyn_cast<LoadInst>(&I);
      if (endsGroup(I)) {
        End();
      } else if (Load && isOf(Halves, *Load) && IsWanted(*Load)) {
        Run &R = isOf(Words, *Load) ? OfWords : OfHalves;
        R.Loads.push_back(Load);
        R.Bytes += bytesOf(*Load);
      }
    }
    End();
  }
}

/// \p Loads of one basic block, in their order.
void Neighbours::group(ArrayRef<LoadInst *> Loads, uint64_t RangeBytes,
                       ScalarEvolution &SE) {
  SmallVector<LoadInst *, 16> Left(Loads);
  while (Left.size() > 1) {
    // All whose distance from the first is known, once each.
    const SCEV *Start = SE.getSCEV(Left.front()->getPointerOperand());
    SmallVector<NeighbouringLoads::Member, 16> Near;
    SmallVector<LoadInst *, 16> Others;
    for (LoadInst *Load : Left) {
      auto *Distance = dyn_cast<SCEVConstant>(
          SE.getMinusSCEV(SE.getSCEV(Load->getPointerOperand()), Start));
      if (!Distance)
        Others.push_back(Load);
      else if (int64_t Offset = Distance->getAPInt().getSExtValue();
               none_of(Near, [&](auto &N) { return N.Offset == Offset; }))
        Near.push_back({Load, Offset});
    }
    Left = Others;
    sort(Near, [](auto &A, auto &B) { return A.Offset < B.Offset; });

    // As long as there is no gap.
    for (size_t I = 0; I != Near.size();) {
      size_t End = I;
      uint64_t Bytes = 0;
      while (End != Near.size() && Bytes < RangeBytes &&
             Near[End].Offset == Near[I].Offset + static_cast<int64_t>(Bytes))
        Bytes += bytesOf(*Near[End++].Load);
      bool IsRange = Bytes == RangeBytes && End - I > 1;
      if (IsRange)
        add(ArrayRef(Near).slice(I, End - I), Bytes);
      I = IsRange ? End : I + 1;
    }
  }
}

void Neighbours::add(ArrayRef<NeighbouringLoads::Member> Members,
                     uint64_t Bytes) {
  NeighbouringLoads Group;
  Group.Bytes = Bytes;
  int64_t Begin = Members.front().Offset;
  for (auto [Load, Offset] : Members) {
    Group.Members.push_back({Load, Offset - Begin});
    if (!Group.First.Load || Load->comesBefore(Group.First.Load))
      Group.First = Group.Members.back();
    GroupOf[Load] = Groups.size();
  }
  NumNeighbours += Members.size();
  Groups.push_back(std::move(Group));
}

} // namespace stm
