//===- pass/BlockExceptions.cpp - exceptions that leave blocks --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockExceptions.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stm {

static bool beginsCatch(const Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->getName() == "__cxa_begin_catch";
}

SmallSetVector<BasicBlock *, 8> whereItUnwinds(BasicBlock *From) {
  SmallSetVector<BasicBlock *, 8> Found;
  SmallVector<BasicBlock *> Worklist = {From};
  while (!Worklist.empty()) {
    BasicBlock *BB = Worklist.pop_back_val();
    if (Found.insert(BB) && none_of(*BB, beginsCatch))
      append_range(Worklist, successors(BB));
  }
  return Found;
}

void addTypesAskedFor(BasicBlock *From, SmallPtrSetImpl<Value *> &Types) {
  for (BasicBlock *BB : whereItUnwinds(From))
    for (Instruction &I : *BB)
      if (auto *Number = dyn_cast<IntrinsicInst>(&I);
          Number && Number->getIntrinsicID() == Intrinsic::eh_typeid_for)
        Types.insert(Number->getArgOperand(0)->stripPointerCasts());
}

LandingPadInst *withoutOuterClauses(LandingPadInst *Old) {
  SmallPtrSet<Value *, 4> Asked;
  addTypesAskedFor(Old->getParent(), Asked);
  IRBuilder<> B(Old);
  LandingPadInst *New = B.CreateLandingPad(Old->getType(), 0);
  New->setCleanup(true);
  for (unsigned I = 0; I != Old->getNumClauses(); ++I)
    if (Old->isCatch(I) &&
        Asked.contains(Old->getClause(I)->stripPointerCasts()))
      New->addClause(Old->getClause(I));
  Old->replaceAllUsesWith(New);
  Old->eraseFromParent();
  return New;
}

} // namespace stm
