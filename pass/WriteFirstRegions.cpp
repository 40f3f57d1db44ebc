//===- pass/WriteFirstRegions.cpp - transactions that write first ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WriteFirstRegions.h"
#include "BlockEntries.h"
#include "Diagnostics.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"

#define DEBUG_TYPE "stm-writefirst"

using namespace llvm;

namespace stm {

STATISTIC(NumWriteFirst, "Transactions that write first");

namespace {

bool locks(const Function &Callee) {
  StringRef Name = Callee.getName();
  return Name.starts_with("__stm_write_u") ||
         Name.starts_with("__stm_read_to_write_u");
}

class FirstAccess {
public:
  /// Whether it is a write on each way to the end of \p Version. Ways that
  /// leave it without any access count if \p MayDoNothing.
  bool isWrite(const Function &Version, bool MayDoNothing) {
    if (!isVersion(Version) || Version.isDeclaration() ||
        isReplaceable(Version))
      return false;
    Ways Found = waysThrough(Version);
    return Found.Write && !Found.Other && (MayDoNothing || !Found.Nothing);
  }

private:
  /// What comes first on some way.
  struct Ways {
    bool Write = false, Nothing = false, Other = false;
  };

  Ways waysThrough(const Function &F) {
    // One that calls itself first: until it is known that is another thing.
    auto [At, IsNew] = Known.try_emplace(&F, Ways{.Other = true});
    if (!IsNew)
      return At->second;
    Ways Found;
    SmallVector<const BasicBlock *> Worklist = {&F.getEntryBlock()};
    SmallPtrSet<const BasicBlock *, 16> Seen = {&F.getEntryBlock()};
    while (!Worklist.empty() && !Found.Other) {
      const BasicBlock *BB = Worklist.pop_back_val();
      if (hasFirst(*BB, Found))
        continue;
      if (isa<ReturnInst, ResumeInst>(BB->getTerminator()))
        Found.Nothing = true;
      for (const BasicBlock *Next : successors(BB))
        if (Seen.insert(Next).second)
          Worklist.push_back(Next);
    }
    return Known[&F] = Found;
  }

  /// What stands in a version without a barrier is private to it, or never
  /// changes.
  bool hasFirst(const BasicBlock &BB, Ways &Found) {
    for (const Instruction &I : BB) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call || Call->getIntrinsicID())
        continue;
      const Function *Callee = Call->getCalledFunction();
      if (Callee &&
          (locks(*Callee) || isWrite(*Callee, /*MayDoNothing=*/false)))
        Found.Write = true;
      else
        Found.Other = true;
      return true;
    }
    return false;
  }

  DenseMap<const Function *, Ways> Known;
};

} // namespace

PreservedAnalyses WriteFirstRegionsPass::run(Module &M,
                                             ModuleAnalysisManager &) {
  FirstAccess First;
  size_t Found =
      chooseEntry(M, Runtime::__stm_atomic_wf_tx, [&](const Function &Body) {
        return First.isWrite(Body,
                             /*MayDoNothing=*/true);
      }).size();
  NumWriteFirst += Found;
  verifyAfter("WriteFirstRegions", M);
  return Found == 0 ? PreservedAnalyses::all() : PreservedAnalyses::none();
}

} // namespace stm
