//===- pass/SettleTogether.cpp - an object's stripes, once a block --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SettleTogether.h"
#include "Diagnostics.h"
#include "SettledAccesses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/BranchProbabilityInfo.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/ValueTracking.h"
#include <optional>

#define DEBUG_TYPE "stm-settled"

using namespace llvm;

namespace stm {

STATISTIC(NumTogether, "Plain accesses that are stamped with their object");

namespace {

/// Where it is, from what.
struct Place {
  Instruction *Access;
  int64_t Begin, End;
  bool IsStored;
};

/// Neighbouring places.
struct Hull {
  int64_t Begin, End;
  SmallVector<Place, 8> Places;
};

/// What an address is computed from, and the bytes from there where it may
/// begin.
struct Address {
  Value *Base;
  int64_t First, Last;
};

std::optional<Address> addressOf(Value &Pointer, const DataLayout &DL) {
  APInt Offset(DL.getIndexTypeSizeInBits(Pointer.getType()), 0);
  Value *Base = Pointer.stripAndAccumulateConstantOffsets(
      DL, Offset, /*AllowNonInbounds=*/true);
  if (Base->getType() != Pointer.getType() || !Offset.isSignedIntN(32))
    return std::nullopt; // Of another address space; of no object.
  return Address{Base, Offset.getSExtValue(), Offset.getSExtValue()};
}

/// The same where it is one of several, such as that of the counter which a
/// branch has chosen. (What all of these are computed from dominates the
/// choice, so it isn't computed anew without that.)
std::optional<Address> chosenAddressOf(Value &Pointer, const DataLayout &DL) {
  std::optional<Address> A = addressOf(Pointer, DL);
  SmallVector<Value *, 4> Choices;
  if (auto *Phi = A ? dyn_cast<PHINode>(A->Base) : nullptr)
    Choices.append(Phi->value_op_begin(), Phi->value_op_end());
  else if (auto *Select = A ? dyn_cast<SelectInst>(A->Base) : nullptr)
    Choices = {Select->getTrueValue(), Select->getFalseValue()};
  std::optional<Address> All;
  for (Value *Choice : Choices) {
    std::optional<Address> One = addressOf(*Choice, DL);
    if (!One || (All && One->Base != All->Base))
      return A;
    if (!All)
      All = One;
    All->First = std::min(All->First, One->First);
    All->Last = std::max(All->Last, One->Last);
  }
  if (!All || All->Last - All->First > static_cast<int64_t>(MostStampedBytes))
    return A;
  return Address{All->Base, All->First + A->First, All->Last + A->Last};
}

/// What the accesses touch, by the values that their addresses are computed
/// from. Not those that touch two places.
MapVector<Value *, SmallVector<Place, 8>>
placesOf(ArrayRef<SettledRegion> Regions, OwnMemory &Own) {
  MapVector<Value *, SmallVector<Place, 8>> All;
  SmallPtrSet<Instruction *, 16> Seen;
  for (const SettledRegion &R : Regions)
    for (Instruction *I : R.Accesses) {
      if (!Seen.insert(I).second)
        continue;
      SmallVector<StampedBytes, 1> Bytes = bytesToStamp(*I, Own);
      if (Bytes.size() != 1)
        continue;
      if (auto A = chosenAddressOf(*Bytes[0].Pointer,
                                   I->getModule()->getDataLayout()))
        All[A->Base].push_back({I, A->First,
                                A->Last + static_cast<int64_t>(Bytes[0].Bytes),
                                !isa<LoadInst>(I)});
    }
  return All;
}

SmallVector<Hull, 2> hullsOf(SmallVectorImpl<Place> &Places) {
  SmallVector<Hull, 2> All;
  sort(Places, [](const Place &A, const Place &B) {
    return std::tie(A.Begin, A.End) < std::tie(B.Begin, B.End);
  });
  for (const Place &P : Places) {
    int64_t End = All.empty() ? 0 : std::max(All.back().End, P.End);
    if (All.empty() ||
        End - All.back().Begin > static_cast<int64_t>(MostStampedBytes))
      All.push_back({P.Begin, P.End, {P}});
    else {
      All.back().End = End;
      All.back().Places.push_back(P);
    }
  }
  return All;
}

/// The first instruction that is executed after \p Block, if it is left as
/// ordinary code leaves it.
Instruction &behind(CallBase &Block) {
  if (auto *Invoke = dyn_cast<InvokeInst>(&Block))
    return *Invoke->getNormalDest()->getFirstInsertionPt();
  return *Block.getNextNode();
}

/// Whether \p Base has been computed where \p Block ends, and isn't once more
/// after it.
bool isStillThere(const Value &Base, CallBase &Block,
                  const DominatorTree &Dominators, const LoopInfo &Loops) {
  Instruction &Next = behind(Block);
  auto *I = dyn_cast<Instruction>(&Base);
  return !I ||
         (Dominators.dominates(I, &Next) &&
          !isPotentiallyReachable(&Next, I, nullptr, &Dominators, &Loops));
}

} // namespace

SmallPtrSet<Instruction *, 8>
settleTogether(Function &F, ArrayRef<SettledRegion> Regions, OwnMemory &Own,
               const DominatorTree &Dominators, const LoopInfo &Loops) {
  SmallPtrSet<Instruction *, 8> Done;
  auto Objects = placesOf(Regions, Own);
  if (Objects.empty())
    return Done;
  BranchProbabilityInfo Probabilities(F, Loops);
  BlockFrequencyInfo Frequencies(F, Probabilities, Loops);
  auto FrequencyOf = [&](const BasicBlock *BB) {
    return Frequencies.getBlockFreq(BB);
  };
  for (auto &[Base, Places] : Objects)
    for (const Hull &H : hullsOf(Places)) {
      SmallVector<CallBase *, 4> From;
      BlockFrequency Stamps(0), Looks(0);
      for (const SettledRegion &R : Regions)
        if (any_of(H.Places, [&](const Place &P) {
              return R.Accesses.contains(P.Access);
            })) {
          From.push_back(R.Block);
          Stamps += FrequencyOf(behind(*R.Block).getParent());
        }
      SmallPtrSet<const BasicBlock *, 8> Counted;
      for (const Place &P : H.Places)
        if (Counted.insert(P.Access->getParent()).second)
          Looks += FrequencyOf(P.Access->getParent());
      if (H.Places.size() < 2 || Looks < Stamps ||
          none_of(
              H.Places, [](const Place &P) { return P.IsStored; }) ||
          !all_of(
              From,
              [&, Base = Base](CallBase *Block) {
                return isStillThere(*Base, *Block, Dominators, Loops);
              }))
        continue;
      for (CallBase *Block : From) {
        LocatedBuilder B(behind(*Block));
        // Where the program doesn't use it it may be undefined.
        Value *Of = isGuaranteedNotToBeUndefOrPoison(Base)
                        ? Base
                        : B.CreateFreeze(Base);
        Value *Begin = B.CreateConstGEP1_64(B.getInt8Ty(), Of, H.Begin);
        stampBefore(B, Begin, static_cast<uint64_t>(H.End - H.Begin));
      }
      for (const Place &P : H.Places)
        Done.insert(P.Access);
      NumTogether += H.Places.size();
    }
  return Done;
}

} // namespace stm
