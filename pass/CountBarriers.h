//===- pass/CountBarriers.h - which barriers run how often ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_COUNTBARRIERS_H
#define STM_PASS_COUNTBARRIERS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// With -stm-count: has the versions tell the runtime how many barriers of each
/// kind, and accesses without any, each basic block of theirs contains,
/// whenever that begins. Barriers are final by then, and not yet inlined.
struct CountBarriersPass : llvm::PassInfoMixin<CountBarriersPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_COUNTBARRIERS_H
