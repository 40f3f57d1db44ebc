//===- pass/WriteAhead.cpp - where the write after this one goes ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WriteAhead.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

#define DEBUG_TYPE "stm-inline"

using namespace llvm;

namespace stm {

STATISTIC(NumAhead, "Writes that are told of the next one");

static StringRef calleeOf(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee ? Callee->getName() : "";
}
static bool mayLock(StringRef Barrier) {
  return Barrier.starts_with("__stm_write_u") ||
         Barrier.starts_with("__stm_read_to_write_u");
}
static bool passes(StringRef Barrier) {
  return Barrier.starts_with("__stm_read_") ||
         Barrier.starts_with("__stm_write_");
}

/// The same for what is known to be near each other.
static const Value *baseOf(const CallBase &Write) {
  return Write.getArgOperand(0)->stripInBoundsConstantOffsets();
}

static CallBase *nextElsewhere(CallBase &Write) {
  for (Instruction &I :
       make_range(std::next(Write.getIterator()), Write.getParent()->end())) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call || isa<IntrinsicInst>(Call))
      continue;
    StringRef Callee = calleeOf(*Call);
    if (mayLock(Callee) && baseOf(*Call) != baseOf(Write))
      return Call;
    if (!passes(Callee))
      return nullptr;
  }
  return nullptr;
}

/// \p V is used later in the same basic block.
static bool isKnownAt(const Value *V, const Instruction &Where) {
  auto *I = dyn_cast<Instruction>(V);
  return !I || I->getParent() != Where.getParent() || I->comesBefore(&Where);
}

Value *addressAhead(CallBase &Write) {
  CallBase *Next = mayLock(calleeOf(Write)) ? nextElsewhere(Write) : nullptr;
  if (!Next)
    return nullptr;
  Value *Address = Next->getArgOperand(0);
  if (!isKnownAt(Address, Write)) {
    auto *Offset = dyn_cast<GetElementPtrInst>(Address);
    if (!Offset || !all_of(Offset->operands(),
                           [&](const Use &U) { return isKnownAt(U, Write); }))
      return nullptr;
    Instruction *Copy = Offset->clone();
    Copy->dropPoisonGeneratingFlags();
    Copy->insertBefore(Write.getIterator());
    Copy->setDebugLoc(Write.getDebugLoc());
    Address = Copy;
  }
  ++NumAhead;
  return Address;
}

} // namespace stm
