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
#include "VersionProof.h"
#include "Versions.h"
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

bool mayOnlyRead(const Function &Callee) {
  return isRuntimeName(Callee.getName())
             ? onlyReads(Callee)
             : policyFor(Callee) == CallPolicy::AsItStands;
}

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
  VersionProof OnlyRead(M, mayOnlyRead);
  SmallVector<CallBase *> ReadOnly;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I);
          Call && calls(*Call, "__stm_atomic_tx"))
        if (const Function *Body = knownFunction(Call->getArgOperand(1));
            Body && OnlyRead.of(*Body))
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
