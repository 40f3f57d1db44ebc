//===- pass/VersionProof.cpp - what holds of all that runs ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VersionProof.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace stm {

VersionProof::VersionProof(Module &M, Predicate Holds, bool Unseen)
    : Unseen(Unseen) {
  for (Function &F : M)
    if (isVersion(F) && !F.isDeclaration())
      scan(F, Holds);
  spread();
}

bool VersionProof::of(const Function &F) const {
  return isVersion(F) && (isSeen(F) || Unseen) && !Disproved.contains(&F);
}

bool VersionProof::isSeen(const Function &F) const {
  return !F.isDeclaration() && !isReplaceable(F);
}

void VersionProof::scan(Function &F, Predicate Holds) {
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (Call && !mayHold(*Call, Holds)) {
      Disproved.insert(&F);
      return;
    }
  }
}

bool VersionProof::mayHold(CallBase &Call, Predicate Holds) {
  if (Call.isInlineAsm() || Call.getIntrinsicID())
    return true;
  Value *Target = Call.getCalledOperand();
  if (unsigned Bodies = bodiesIn(Call))
    Target = Call.getArgOperand(Bodies - 1);
  Function *Callee = knownFunction(Target);
  if (!Callee)
    return Unseen;
  if (isVersion(*Callee)) {
    Callers[Callee].push_back(Call.getFunction());
    return isSeen(*Callee) || Unseen;
  }
  return Holds(*Callee);
}

void VersionProof::spread() {
  SmallVector<const Function *> Worklist(Disproved.begin(), Disproved.end());
  while (!Worklist.empty())
    for (const Function *Caller : Callers.lookup(Worklist.pop_back_val()))
      if (Disproved.insert(Caller).second)
        Worklist.push_back(Caller);
}

} // namespace stm
