//===- pass/OwnMemory.cpp - stack that no other thread can reach ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OwnMemory.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stm {
namespace {

constexpr unsigned BodyArg = 0, ClosureArg = 2;

/// Beyond that many, whatever it is for isn't looked into.
constexpr unsigned MostCopies = 64;

/// Of what is no code: lifetimes, debug information, assumptions.
bool isMark(const Instruction &I) {
  auto *Intrinsic = dyn_cast<IntrinsicInst>(&I);
  return Intrinsic && Intrinsic->isAssumeLikeIntrinsic() &&
         Intrinsic->getType()->isVoidTy();
}

bool isClosureOf(const CallBase &Call, const Use &U) {
  return runsAtomicBlock(Call) && Call.isArgOperand(&U) &&
         Call.getArgOperandNo(&U) == ClosureArg;
}

/// The closure as the body of \p Block sees it, if what that does with it can
/// be looked at.
const Argument *closureInBody(const CallBase &Block) {
  const Function *Body = knownFunction(Block.getArgOperand(BodyArg));
  return Body && Body->hasExactDefinition() && Body->arg_size() == 1
             ? Body->getArg(0)
             : nullptr;
}

/// Whether \p Is says yes to all uses of \p Pointer, and of what is computed
/// from it.
template <class Predicate> bool allUses(const Value &Pointer, Predicate Is) {
  SmallVector<const Value *, 16> Copies{&Pointer};
  SmallPtrSet<const Value *, 16> Seen{&Pointer};
  while (!Copies.empty()) {
    for (const Use &U : Copies.pop_back_val()->uses()) {
      auto *I = cast<Instruction>(U.getUser());
      if (!isa<GetElementPtrInst, CastInst, PHINode, SelectInst>(I) ||
          isa<PtrToIntInst, AddrSpaceCastInst>(I)) {
        if (!Is(U))
          return false;
      } else if (I->getType()->isVectorTy() || Seen.size() == MostCopies) {
        return false;
      } else if (Seen.insert(I).second) {
        Copies.push_back(I);
      }
    }
  }
  return true;
}

/// Where \p Pointer points to, from an alloca's or an argument's begin.
struct Location {
  const Value *Object;
  int64_t Offset;

  Location(const Value &Pointer, const DataLayout &DL) {
    APInt Sum(DL.getIndexTypeSizeInBits(Pointer.getType()), 0);
    Object = Pointer.stripAndAccumulateConstantOffsets(
        DL, Sum, /*AllowNonInbounds=*/true);
    Offset = Sum.getSExtValue();
  }
  bool isKnown() const { return isa<AllocaInst, Argument>(Object); }
};

enum class Reading {
  None,
  Pointer, ///< A load of just that, perhaps as a number.
  Unknown,
};

/// What a use of a closure that doesn't escape reads of the pointer at
/// \p Offset.
Reading readingOf(const Use &U, int64_t Offset) {
  auto *I = cast<Instruction>(U.getUser());
  const DataLayout &DL = I->getModule()->getDataLayout();
  int64_t End = Offset + DL.getPointerSize();
  if (auto *Load = dyn_cast<LoadInst>(I)) {
    Location From(*Load->getPointerOperand(), DL);
    TypeSize Size = DL.getTypeStoreSize(Load->getType());
    if (!From.isKnown() || Size.isScalable())
      return Reading::Unknown;
    int64_t FromEnd = From.Offset + static_cast<int64_t>(Size.getFixedValue());
    if (From.Offset >= End || FromEnd <= Offset)
      return Reading::None;
    return From.Offset == Offset && FromEnd == End ? Reading::Pointer
                                                   : Reading::Unknown;
  }
  if (auto *Transfer = dyn_cast<AnyMemTransferInst>(I))
    return &U == &Transfer->getRawSourceUse() ? Reading::Unknown
                                              : Reading::None;
  return isa<StoreInst, CmpInst, AnyMemSetInst>(I) || isMark(*I)
             ? Reading::None
             : Reading::Unknown;
}

} // namespace

bool OwnMemory::isOwn(const Value *Pointer) {
  if (!Pointer->getType()->isPointerTy())
    return false; // a vector of pointers
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects);
  return !Objects.empty() &&
         all_of(Objects, [&](const Value *O) { return isOwnObject(O); });
}

bool OwnMemory::isOwnObject(const Value *Object) {
  if (auto *G = dyn_cast<GlobalVariable>(Object))
    return G->hasAttribute(LocalAttr);
  auto *A = dyn_cast<Argument>(Object);
  if (!isa<AllocaInst>(Object) && !(A && A->hasByValAttr()))
    return false;
  auto [Entry, IsNew] = Cache.try_emplace(Object, false);
  if (IsNew)
    Entry->second = !escapes(*Object, /*MayLend=*/true);
  return Entry->second;
}

bool OwnMemory::escapes(const Value &Pointer, bool MayLend) {
  return !allUses(Pointer,
                  [&](const Use &U) { return isHarmless(U, MayLend); });
}

bool OwnMemory::isHarmless(const Use &U, bool MayLend) {
  auto *I = cast<Instruction>(U.getUser());
  if (isa<LoadInst, CmpInst>(I))
    return true;
  if (auto *Store = dyn_cast<StoreInst>(I))
    return U.getOperandNo() == StoreInst::getPointerOperandIndex() ||
           (MayLend && lends(*Store));
  if (isa<PtrToIntInst>(I)) // A copied closure of one pointer.
    return MayLend && all_of(I->users(), [&](const User *Number) {
             auto *Store = dyn_cast<StoreInst>(Number);
             return Store && Store->getValueOperand() == I && lends(*Store);
           });
  auto *Call = dyn_cast<CallBase>(I);
  if (!Call || !Call->isArgOperand(&U))
    return false;
  if (isClosureOf(*Call, U)) {
    // Not a body that hands its own closure on, to itself perhaps.
    const Argument *Closure = isa<AllocaInst>(getUnderlyingObject(U.get()))
                                  ? closureInBody(*Call)
                                  : nullptr;
    return Closure && !escapes(*Closure, /*MayLend=*/false);
  }
  if (isMark(*Call) || isa<AnyMemIntrinsic>(Call))
    return true;
  return Call->doesNotCapture(Call->getArgOperandNo(&U));
}

bool OwnMemory::lends(const StoreInst &Store) {
  const DataLayout &DL = Store.getModule()->getDataLayout();
  Location Field(*Store.getPointerOperand(), DL);
  auto *Closure = dyn_cast<AllocaInst>(Field.Object);
  if (!Closure ||
      DL.getTypeStoreSize(Store.getValueOperand()->getType()) !=
          DL.getPointerSize() ||
      escapes(*Closure, /*MayLend=*/false))
    return false;
  return allUses(*Closure, [&](const Use &U) {
    auto *Call = dyn_cast<CallBase>(U.getUser());
    if (!Call || !isClosureOf(*Call, U))
      return readingOf(U, Field.Offset) == Reading::None;
    // The closure may be a part of the variable.
    Location Begin(*U.get(), DL);
    if (Begin.Object != Closure)
      return false;
    int64_t Offset = Field.Offset - Begin.Offset;
    return allUses(*closureInBody(*Call), [&](const Use &InBody) {
      switch (readingOf(InBody, Offset)) {
      case Reading::None:
        return true;
      case Reading::Pointer:
        return !escapes(*InBody.getUser(), /*MayLend=*/false);
      case Reading::Unknown:
        break;
      }
      return false;
    });
  });
}

} // namespace stm
