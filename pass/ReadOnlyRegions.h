//===- pass/ReadOnlyRegions.h - transactions that only read -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_READONLYREGIONS_H
#define STM_PASS_READONLYREGIONS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Tells the runtime which transactions only read: __stm_atomic_tx becomes
/// __stm_atomic_ro_tx where the version of the body, and all that it can call,
/// has no write barrier, no check of inevitability, nothing that allocates,
/// frees or throws, and no call whose target isn't known. Calls of pure
/// functions don't count.
///
/// Barriers are what counts, so this runs when they are final. It speaks of the
/// definitions of this module: of an inline function's version the linker may
/// take another file's, in which the optimizer has left more.
struct ReadOnlyRegionsPass : llvm::PassInfoMixin<ReadOnlyRegionsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_READONLYREGIONS_H
