//===- pass/WriteFirstRegions.h - transactions that write first -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_WRITEFIRSTREGIONS_H
#define STM_PASS_WRITEFIRSTREGIONS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Tells the runtime which transactions write first: __stm_atomic_tx becomes
/// __stm_atomic_wf_tx where on each way through the version of the body the
/// first call is a barrier that writes, or reads to write. (Or of a version of
/// which the same holds.) Its lock is the fence that begin makes otherwise.
///
/// Barriers are what counts, as for ReadOnlyRegions, and after that.
struct WriteFirstRegionsPass : llvm::PassInfoMixin<WriteFirstRegionsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_WRITEFIRSTREGIONS_H
