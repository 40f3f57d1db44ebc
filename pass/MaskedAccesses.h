//===- pass/MaskedAccesses.h - vectors of which parts are accessed -*- C++ -*-//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For processors that have them (AVX2, AVX-512) the optimizer makes masked
// loads and stores, gathers and scatters of loops with conditions or indirect
// indices. In versions they become what they are for any other processor: an
// access for each element whose bit is set. These get barriers.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_MASKEDACCESSES_H
#define STM_PASS_MASKEDACCESSES_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// After CloneFunctions, before InsertBarriers. What a target's own intrinsics
/// do stays, and is inevitable.
struct MaskedAccessesPass : llvm::PassInfoMixin<MaskedAccessesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_MASKEDACCESSES_H
