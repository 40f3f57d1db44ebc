//===- pass/CoveredAccesses.cpp - of what is locked already ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CoveredAccesses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"

#define DEBUG_TYPE "stm-barriers"

using namespace llvm;

namespace stm {

STATISTIC(NumCovered, "Accesses of what an earlier barrier has locked");

namespace {

/// Bytes from where a pointer points.
struct Range {
  Instruction *By;
  int64_t Begin, End;
  bool Locks, MayBePlain;
};

} // namespace

void CoveredAccesses::find(Function &F, const DominatorTree &Dominators,
                           function_ref<Access(Instruction &)> Describe) {
  const DataLayout &DL = F.getDataLayout();
  MapVector<const Value *, SmallVector<Range, 2>> ByBase;
  for (Instruction &I : instructions(F)) {
    Access A = Describe(I);
    if (!A.Pointer)
      continue;
    int64_t Begin = 0;
    const Value *Base = GetPointerBaseWithConstantOffset(A.Pointer, Begin, DL);
    ByBase[Base].push_back({&I, Begin, Begin + static_cast<int64_t>(A.Bytes),
                            A.Locks, A.MayBePlain});
  }
  for (auto &[Base, Ranges] : ByBase)
    for (const Range &R : Ranges)
      if (R.MayBePlain && any_of(Ranges, [&](const Range &Other) {
            return Other.Locks && Other.Begin <= R.Begin &&
                   R.End <= Other.End && Other.By != R.By &&
                   Dominators.dominates(Other.By, R.By);
          })) {
        ++NumCovered;
        Covered.insert(R.By);
      }
}

} // namespace stm
