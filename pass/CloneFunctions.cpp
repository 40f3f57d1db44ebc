//===- pass/CloneFunctions.cpp - transactional versions ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CloneFunctions.h"
#include "Diagnostics.h"
#include "MarkRegions.h"
#include "ModuleTable.h"
#include "RedirectCalls.h"
#include "SelectFunctions.h"
#include "VersionMap.h"
#include "Wrappers.h"

using namespace llvm;

namespace stm {

PreservedAnalyses CloneFunctionsPass::run(Module &M, ModuleAnalysisManager &) {
  showWrappedBodies(M);
  Selection S(M);
  VersionMap Versions(M);
  Versions.cloneAll(S);
  Cancels Cancelled;
  const GuessedCallees Guesses(S, Versions);
  for (Function *F : S.Originals)
    redirectCalls(*Versions.lookup(*F), Versions, Guesses, Cancelled);
  redirectAtomicBlocks(M, Versions);
  if (!S.Originals.empty())
    writeModuleTable(M, S, Versions);
  releaseFunctions(M);
  verifyAfter("CloneFunctions", M);
  return PreservedAnalyses::none();
}

} // namespace stm
