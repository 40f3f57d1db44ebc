//===- pass/SettledAccesses.cpp - plain code that need not wait -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SettledAccesses.h"
#include "Diagnostics.h"
#include "RuntimeCalls.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MathExtras.h"

#define DEBUG_TYPE "stm-settled"

using namespace llvm;

namespace stm {

STATISTIC(NumSettled, "Plain loads that look at the stripe instead of waiting");
STATISTIC(NumStamped, "Stamps of stripes with a block's time");

namespace {

/// A load that can be made a call which does it.
bool canBeCall(const LoadInst &Load) {
  if (Load.getPointerAddressSpace() != 0 ||
      Load.getPointerOperand()->isSwiftError())
    return false;
  // It may be done twice: not what may be a device's register.
  if (Load.isVolatile() &&
      !isa<GlobalVariable>(getUnderlyingObject(Load.getPointerOperand())))
    return false;
  Type *Type = Load.getType();
  if (!Type->isIntegerTy() && !Type->isPointerTy() && !Type->isFloatTy() &&
      !Type->isDoubleTy())
    return false;
  uint64_t Bytes =
      Load.getModule()->getDataLayout().getTypeStoreSize(Type).getFixedValue();
  return isPowerOf2_64(Bytes) && Bytes <= 8 &&
         Load.getAlign().value() >= Bytes &&
         !(Type->isPointerTy() && Type->getPointerAddressSpace() != 0);
}

/// Whether versions read what \p Pointer points to without a look at the
/// stripe: who is older must have been waited for.
bool isReadUnlooked(const Value *Pointer) {
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects, /*LI=*/nullptr, /*MaxLookup=*/0);
  return any_of(Objects, [](const Value *Object) {
    auto *G = dyn_cast<GlobalVariable>(Object);
    return G && G->hasAttribute(UnwrittenAttr);
  });
}

/// What \p I may store to of what others may reach; nothing if that isn't
/// known, is too much, or \p I loads from there too. (What is only loaded
/// others may have read, who would have to roll back.)
SmallVector<StampedBytes, 1> storedBy(const Instruction &I, OwnMemory &Own) {
  SmallVector<StampedBytes, 1> All;
  const DataLayout &DL = I.getModule()->getDataLayout();
  auto Add = [&](const Value *Pointer, TypeSize Bytes) {
    if (!Own.isOwn(Pointer))
      All.push_back(
          {const_cast<Value *>(Pointer),
           Bytes.isScalable() ? ~uint64_t{0} : Bytes.getFixedValue()});
  };
  if (auto *Store = dyn_cast<StoreInst>(&I); Store && Store->isSimple()) {
    Add(Store->getPointerOperand(),
        DL.getTypeStoreSize(Store->getValueOperand()->getType()));
  } else if (auto *Set = dyn_cast<MemIntrinsic>(&I)) {
    auto *Length = dyn_cast<ConstantInt>(Set->getLength());
    auto *Copy = dyn_cast<MemTransferInst>(Set);
    if (Length && Length->getValue().ule(MostStampedBytes) &&
        !Set->isVolatile() && !(Copy && !Own.isReadable(Copy->getRawSource())))
      Add(Set->getRawDest(), TypeSize::getFixed(Length->getZExtValue()));
  } else if (auto *Call = dyn_cast<CallInst>(&I)) {
    if (uint64_t Bytes = OwnMemory::bytesBehindArguments(*Call))
      for (const Use &Arg : Call->args())
        if (Arg->getType()->isPointerTy())
          Add(Arg, TypeSize::getFixed(Bytes));
  }
  if (any_of(All, [](const StampedBytes &P) {
        return P.Bytes > MostStampedBytes || P.Pointer->isSwiftError() ||
               P.Pointer->getType()->getPointerAddressSpace() != 0 ||
               isReadUnlooked(P.Pointer);
      }))
    return {};
  return All;
}

/// The one to where \p Load is from, of as many bytes, before the next block,
/// if it is among the next \p Most instructions.
const StoreInst *storeAfter(const LoadInst &Load, unsigned Most = ~0u) {
  const DataLayout &DL = Load.getModule()->getDataLayout();
  if (!Load.isSimple())
    return nullptr;
  for (auto At = std::next(Load.getIterator()); Most && !At->isTerminator();
       ++At, --Most) {
    auto *Call = dyn_cast<CallBase>(&*At);
    if (Call && runsAtomicBlock(*Call))
      return nullptr;
    auto *Store = dyn_cast<StoreInst>(&*At);
    if (Store && Store->getPointerOperand() == Load.getPointerOperand())
      return DL.getTypeStoreSize(Store->getValueOperand()->getType()) ==
                     DL.getTypeStoreSize(Load.getType())
                 ? Store
                 : nullptr;
  }
  return nullptr;
}

} // namespace

bool canBeSettled(const Instruction &I, OwnMemory &Own) {
  if (isForSanitizer(*I.getFunction()))
    return false;
  if (auto *Load = dyn_cast<LoadInst>(&I)) {
    if (canBeCall(*Load))
      return true;
    // Such as two neighbours that are incremented.
    const StoreInst *Store = storeAfter(*Load, /*Most=*/64);
    return Store && !storedBy(*Store, Own).empty();
  }
  return !storedBy(I, Own).empty();
}

SmallVector<StampedBytes, 1> bytesToStamp(const Instruction &I,
                                          OwnMemory &Own) {
  auto *Load = dyn_cast<LoadInst>(&I);
  if (!Load)
    return storedBy(I, Own);
  SmallVector<StampedBytes, 1> All;
  if (Load->isSimple())
    All.push_back({const_cast<Value *>(Load->getPointerOperand()),
                   Load->getModule()
                       ->getDataLayout()
                       .getTypeStoreSize(Load->getType())
                       .getFixedValue()});
  return All;
}

void stampBefore(IRBuilderBase &B, Value *Pointer, uint64_t Bytes) {
  ++NumStamped;
  Module &M = *B.GetInsertBlock()->getModule();
  B.CreateCall(
      getRuntime(M, Runtime::__stm_settle),
      {Pointer, B.getIntN(M.getDataLayout().getPointerSizeInBits(), Bytes)});
}

void Settler::stamp(Instruction &Before, const Instruction &Storing) {
  for (const StampedBytes &P : storedBy(Storing, Own)) {
    uint64_t &Done = Stamped[P.Pointer];
    if (Done >= P.Bytes)
      continue;
    Done = P.Bytes;
    LocatedBuilder B(Before);
    stampBefore(B, P.Pointer, P.Bytes);
  }
}

void Settler::settle(Instruction &I) {
  auto *Load = dyn_cast<LoadInst>(&I);
  if (!Load)
    return stamp(I, I);
  Module &M = *Load->getModule();
  Type *Type = Load->getType();
  auto Bytes = static_cast<unsigned>(
      M.getDataLayout().getTypeStoreSize(Type).getFixedValue());
  // What is incremented is looked at once.
  if (const StoreInst *Store = storeAfter(*Load))
    stamp(I, *Store);
  if (Load->isSimple() && Stamped.lookup(Load->getPointerOperand()) >= Bytes)
    return;
  ++NumSettled;
  LocatedBuilder B(*Load);
  CallInst *Bits = B.CreateCall(getRuntime(M, settledRead(Bytes)),
                                Load->getPointerOperand());
  Value *Result = fromBits(B, Bits, Type);
  Result->takeName(Load);
  Load->replaceAllUsesWith(Result);
  Load->eraseFromParent();
}

bool isSettling(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->getName().starts_with("__stm_settle");
}

} // namespace stm
