//===- pass/VerifyTx.h - nothing raw is left --------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_VERIFYTX_H
#define STM_PASS_VERIFYTX_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Looks at every instruction of every version as if it knew nothing of the
/// stages before. An access must be a barrier, or be one that CapturedMemory
/// allows, or be dominated by a check of inevitability; a call must be one of a
/// version, of a pure function or of the runtime, or be inevitable too. What
/// isn't is an error.
struct VerifyTxPass : llvm::PassInfoMixin<VerifyTxPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_VERIFYTX_H
