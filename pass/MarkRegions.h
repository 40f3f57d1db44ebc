//===- pass/MarkRegions.h - annotations into attributes ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_MARKREGIONS_H
#define STM_PASS_MARKREGIONS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Reads the annotations of stm/attributes.h, reports those that stand where
/// they mean nothing, and keeps what the optimizer would drop or do before the
/// versions exist.
struct MarkRegionsPass : llvm::PassInfoMixin<MarkRegionsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// Copies of bodies that may be gone when the versions are made: of what is
/// available_externally, and of what a link may take from a native object.
void keepBodies(llvm::Module &M, llvm::GlobalValue::LinkageTypes Linkage);

/// Of functions that the optimizer hasn't been kept from yet: nothing is
/// speculated in them, and what the runtime has versions of isn't inlined.
void keepFromOptimizer(llvm::Module &M);

/// Takes back what MarkRegions did to all functions for the optimizer's eyes.
void releaseFunctions(llvm::Module &M);

} // namespace stm

#endif // STM_PASS_MARKREGIONS_H
