//===- pass/SettledReads.cpp - plain loads that need not wait -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SettledReads.h"
#include "Diagnostics.h"
#include "RuntimeCalls.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MathExtras.h"

#define DEBUG_TYPE "stm-settled"

using namespace llvm;

namespace stm {

STATISTIC(NumSettled, "Plain loads that look at the stripe instead of waiting");

bool canBeSettled(const Instruction &I) {
  auto *Load = dyn_cast<LoadInst>(&I);
  if (!Load || Load->getPointerAddressSpace() != 0 ||
      Load->getPointerOperand()->isSwiftError())
    return false;
  // It may be done twice: not what may be a device's register.
  if (Load->isVolatile() &&
      !isa<GlobalVariable>(getUnderlyingObject(Load->getPointerOperand())))
    return false;
  const Function &F = *I.getFunction();
  for (Attribute::AttrKind Sanitizer :
       {Attribute::SanitizeAddress, Attribute::SanitizeHWAddress,
        Attribute::SanitizeMemory, Attribute::SanitizeMemTag,
        Attribute::SanitizeThread})
    if (F.hasFnAttribute(Sanitizer))
      return false;
  if (F.hasFnAttribute(Attribute::getAttrKindFromName("sanitize_type")))
    return false; // Of LLVM 20 and later.
  Type *Type = Load->getType();
  if (!Type->isIntegerTy() && !Type->isPointerTy() && !Type->isFloatTy() &&
      !Type->isDoubleTy())
    return false;
  const DataLayout &DL = F.getParent()->getDataLayout();
  uint64_t Bytes = DL.getTypeStoreSize(Type).getFixedValue();
  return isPowerOf2_64(Bytes) && Bytes <= 8 &&
         Load->getAlign().value() >= Bytes &&
         !(Type->isPointerTy() && Type->getPointerAddressSpace() != 0);
}

void makeSettled(LoadInst &Load) {
  ++NumSettled;
  Module &M = *Load.getModule();
  Type *Type = Load.getType();
  auto Bytes = static_cast<unsigned>(
      M.getDataLayout().getTypeStoreSize(Type).getFixedValue());
  LocatedBuilder B(Load);
  CallInst *Bits =
      B.CreateCall(getRuntime(M, settledRead(Bytes)), Load.getPointerOperand());
  Value *Result = fromBits(B, Bits, Type);
  Result->takeName(&Load);
  Load.replaceAllUsesWith(Result);
  Load.eraseFromParent();
}

bool isSettledRead(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->getName().starts_with("__stm_settled_read_");
}

} // namespace stm
