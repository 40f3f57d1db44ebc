//===- pass/Cancels.cpp - which inner blocks may be cancelled -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cancels.h"
#include "FunctionPolicy.h"
#include "RuntimeCalls.h"
#include "SelectFunctions.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/InstrTypes.h"

using namespace llvm;

namespace stm {
namespace {

enum class Effect { None, MayCancel, AsCallee };

Effect effectOf(const CallBase &Call) {
  if (Call.isInlineAsm())
    return Effect::None;
  Function *Callee = knownFunction(Call.getCalledOperand());
  if (!Callee)
    return Effect::MayCancel;
  if (Callee->isIntrinsic())
    return Effect::None;
  // (A block's body is an argument: cancelled in it is that block.)
  if (isRuntimeName(Callee->getName()))
    return Callee->getName() == "stm_cancel" ? Effect::MayCancel : Effect::None;
  if (isReplaceable(*Callee))
    return Effect::MayCancel;
  switch (policyFor(*Callee)) {
  case CallPolicy::AsItStands:
  case CallPolicy::Wrapped:
  case CallPolicy::Beside:
  case CallPolicy::Inevitable: // Nothing can be cancelled after it.
    return Effect::None;
  case CallPolicy::Version:
    return Effect::AsCallee;
  case CallPolicy::Safe:
  case CallPolicy::Unknown:
    break;
  }
  return Effect::MayCancel;
}

} // namespace

bool Cancels::mayCancel(Function &F) {
  if (auto It = Known.find(&F); It != Known.end())
    return It->second;
  SmallVector<Function *> Worklist = {&F};
  SmallPtrSet<Function *, 16> Seen = {&F};
  bool May = F.isDeclaration();
  while (!May && !Worklist.empty())
    for (Instruction &I : instructions(Worklist.pop_back_val())) {
      auto *Call = dyn_cast<CallBase>(&I);
      Effect E = Call ? effectOf(*Call) : Effect::None;
      if (E == Effect::MayCancel) {
        May = true;
        break;
      }
      if (E == Effect::AsCallee) {
        Function *Callee = knownFunction(Call->getCalledOperand());
        if (Seen.insert(Callee).second)
          Worklist.push_back(Callee);
      }
    }
  return Known[&F] = May;
}

} // namespace stm
