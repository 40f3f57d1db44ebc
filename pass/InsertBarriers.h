//===- pass/InsertBarriers.h - loads and stores of versions -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_INSERTBARRIERS_H
#define STM_PASS_INSERTBARRIERS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Replaces the accesses of all versions that CapturedMemory doesn't allow as
/// they stand. Volatile and atomic ones are left to LowerInevitability.
struct InsertBarriersPass : llvm::PassInfoMixin<InsertBarriersPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_INSERTBARRIERS_H
