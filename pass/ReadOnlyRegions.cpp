//===- pass/ReadOnlyRegions.cpp - transactions that only read ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReadOnlyRegions.h"
#include "BlockEntries.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "RuntimeCalls.h"
#include "VersionProof.h"
#include "Versions.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DebugInfoMetadata.h"

#define DEBUG_TYPE "stm-readonly"

using namespace llvm;

namespace stm {

STATISTIC(NumReadOnly, "Transactions that only read");

namespace {

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
  SmallVector<CallBase *> Found =
      chooseEntry(M, Runtime::__stm_atomic_ro_tx,
                  [&](const Function &Body) { return OnlyRead.of(Body); });
  NumReadOnly += Found.size();
  for (CallBase *Call : Found)
    remark(*Call);
  verifyAfter("ReadOnlyRegions", M);
  return Found.empty() ? PreservedAnalyses::all() : PreservedAnalyses::none();
}

} // namespace stm
