//===- pass/ReadOnlyRegions.cpp - transactions that only read ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadOnlyRegions.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "RuntimeCalls.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"

#define DEBUG_TYPE "stm-readonly"

using namespace llvm;

namespace stm {

STATISTIC(NumReadOnly, "Transactions that only read");

namespace {

bool calls(const CallBase &Call, StringRef Entry) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->getName() == Entry && Call.arg_size() == 4;
}

/// Versions are taken to only read until something in them, or in what they
/// call, does more: so functions that call each other need no care.
class Proof {
public:
  explicit Proof(Module &M) {
    for (Function &F : M)
      if (isVersion(F) && !F.isDeclaration())
        scan(F);
    spread();
  }

  bool onlyReads(const Function &F) const {
    return isVersion(F) && !F.isDeclaration() && !isReplaceable(F) &&
           !DoMore.contains(&F);
  }

private:
  void scan(Function &F) {
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (Call && !mayOnlyRead(*Call)) {
        DoMore.insert(&F);
        return;
      }
    }
  }

  /// False if it surely does more, whatever versions turn out to do. What
  /// stands in a version without a barrier is private to it, or has a check of
  /// inevitability before it, which counts.
  bool mayOnlyRead(CallBase &Call) {
    if (Call.isInlineAsm() || Call.getIntrinsicID())
      return true;
    bool IsBlock =
        calls(Call, "__stm_snapshot_tx") || calls(Call, "__stm_atomic_tx");
    Value *Target = IsBlock ? Call.getArgOperand(1) : Call.getCalledOperand();
    Function *Callee = knownFunction(Target);
    if (!Callee)
      return false;
    if (isVersion(*Callee)) {
      Callers[Callee].push_back(Call.getFunction());
      return !Callee->isDeclaration() && !isReplaceable(*Callee);
    }
    if (isRuntimeName(Callee->getName()))
      return stm::onlyReads(*Callee);
    return policyFor(*Callee) == CallPolicy::AsItStands;
  }

  void spread() {
    SmallVector<const Function *> Worklist(DoMore.begin(), DoMore.end());
    while (!Worklist.empty())
      for (const Function *Caller : Callers.lookup(Worklist.pop_back_val()))
        if (DoMore.insert(Caller).second)
          Worklist.push_back(Caller);
  }

  DenseSet<const Function *> DoMore;
  DenseMap<const Function *, SmallVector<const Function *, 4>> Callers;
};

/// Where the user's code begins the transaction: stm::atomic is inlined there.
DebugLoc lineOfUser(const Instruction &I) {
  const DILocation *Loc = I.getDebugLoc();
  while (Loc && Loc->getInlinedAt())
    Loc = Loc->getInlinedAt();
  return DebugLoc(Loc);
}

void remark(const CallBase &Call) {
  const Function &F = *Call.getFunction();
  OptimizationRemarkEmitter Remarks(&F);
  Remarks.emit([&] {
    return OptimizationRemark("stm", "ReadOnly", lineOfUser(Call),
                              Call.getParent())
           << "a transaction only reads, in "
           << ore::NV("Function", printableName(F));
  });
}

} // namespace

PreservedAnalyses ReadOnlyRegionsPass::run(Module &M, ModuleAnalysisManager &) {
  Proof Versions(M);
  SmallVector<CallBase *> ReadOnly;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I);
          Call && calls(*Call, "__stm_atomic_tx"))
        if (const Function *Body = knownFunction(Call->getArgOperand(1));
            Body && Versions.onlyReads(*Body))
          ReadOnly.push_back(Call);
  for (CallBase *Call : ReadOnly) {
    ++NumReadOnly;
    remark(*Call);
    Call->setCalledFunction(getRuntime(M, Runtime::__stm_atomic_ro_tx));
  }
  verifyAfter("ReadOnlyRegions", M);
  return ReadOnly.empty() ? PreservedAnalyses::all()
                          : PreservedAnalyses::none();
}

} // namespace stm
