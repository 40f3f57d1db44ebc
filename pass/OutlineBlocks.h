//===- pass/OutlineBlocks.h - block statements ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_OUTLINEBLOCKS_H
#define STM_PASS_OUTLINEBLOCKS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Makes a function of each block statement (stm/block.h):
///
///   int f(T *p) {                 Pack = {p, n, &array};
///     int n; T array[100];        __stm_atomic(&f.stm_block, &Pack, &Site);
///     STM_ATOMIC {                n = Pack.NewN;
///       …                         switch (Pack.Exit) { … }
///     }
///
/// f.stm_block(Pack *P) is what stood in the braces, with each exit writing its
/// number. What makes it right at any optimization level is that this happens
/// before the first optimization; see BlockLocals for variables.
struct OutlineBlocksPass : llvm::PassInfoMixin<OutlineBlocksPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_OUTLINEBLOCKS_H
