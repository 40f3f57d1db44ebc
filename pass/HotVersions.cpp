//===- pass/HotVersions.cpp - where inlining pays -------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HotVersions.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace stm {

/// Whether \p F, an original, begins transactions.
static bool hasBlocks(Function &F) {
  return any_of(instructions(F), [](Instruction &I) {
    auto *Call = dyn_cast<CallBase>(&I);
    return Call && bodiesIn(*Call) != 0;
  });
}

HotVersions::HotVersions(Module &M) {
  SmallVector<Function *> Versions, AroundBlocks;
  for (Function &F : M) {
    if (!isVersion(F) || F.isDeclaration())
      continue;
    Versions.push_back(&F);
    if (F.hasFnAttribute(LentAttr))
      continue; // Called by name only.
    Function *Original =
        M.getFunction(F.getFnAttribute(VersionAttr).getValueAsString());
    if (!Original)
      continue;
    VersionOf[Original] = &F;
    if (hasBlocks(*Original))
      AroundBlocks.push_back(&F);
  }

  for (Function *V : Versions)
    if (V->hasFnAttribute(ReachedAttr))
      Hot.insert(V);
  bool IsLibrary = Hot.empty();
  auto addUnless = [&](auto IsCold) {
    for (Function *V : Versions)
      if (!is_contained(AroundBlocks, V) && !IsCold(*V))
        Hot.insert(V);
  };
  addUnless([&](Function &V) { return !IsLibrary && V.hasLocalLinkage(); });
  // Hot grows meanwhile.
  unsigned Followed = 0;
  auto FollowAll = [&] {
    while (Followed != Hot.size())
      follow(*Hot[Followed++]);
  };
  FollowAll();
  if (!LeavesFile)
    return;
  // A version whose address stands anywhere can be found for a pointer.
  addUnless([](Function &V) { return !V.hasAddressTaken(); });
  FollowAll();
}

void HotVersions::follow(Function &Version) {
  for (Instruction &I : instructions(Version)) {
    if (auto *Call = dyn_cast<CallBase>(&I)) {
      const Function *Callee = knownFunction(Call->getCalledOperand());
      LeavesFile |= !Callee || (isVersion(*Callee) && Callee->isDeclaration());
    }
    for (Value *Operand : I.operands()) {
      Function *F = knownFunction(Operand);
      if (!F)
        continue;
      if (Function *V = VersionOf.lookup(F))
        F = V;
      if (isVersion(*F) && !F->isDeclaration())
        Hot.insert(F);
    }
  }
}

} // namespace stm
