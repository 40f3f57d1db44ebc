//===- pass/OutlineRegions.h - STM_TRANSACTION functions --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_OUTLINEREGIONS_H
#define STM_PASS_OUTLINEREGIONS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Moves the body of each STM_TRANSACTION function out of the optimizer's
/// sight:
///
///   int f(int a, T b)        struct { int a; T b; int Result; } Pack = {a, b};
///                            __stm_atomic(&f.stm_thunk, &Pack, &Site);
///                            return Pack.Result;
///   f.stm_thunk(Pack *P)     P->Result = f.stm_body(P->a, P->b);
///   f.stm_body(int a, T b)   what f was
///
/// so that nothing is inferred, merged or moved across begin and commit.
struct OutlineRegionsPass : llvm::PassInfoMixin<OutlineRegionsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_OUTLINEREGIONS_H
