//===- pass/CloneFunctions.h - transactional versions -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_CLONEFUNCTIONS_H
#define STM_PASS_CLONEFUNCTIONS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Makes the versions (SelectFunctions, VersionMap), lets them and the module's
/// transactions call each other (RedirectCalls), and announces them to the
/// runtime (ModuleTable). Their loads and stores are still raw after it.
struct CloneFunctionsPass : llvm::PassInfoMixin<CloneFunctionsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_CLONEFUNCTIONS_H
