//===- pass/CheckSnapshots.h - snapshots write nothing ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_CHECKSNAPSHOTS_H
#define STM_PASS_CHECKSNAPSHOTS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// An error for each write in a snapshot's body that is one for sure; the rest
/// shows at run time. Before the optimizer, so that every -O level has the same
/// errors, and a called function is still told from the body:
///
///  - in the body itself: plain writes of globals that aren't thread-local, and
///    through what the callable of stm::snapshot has captured by reference or
///    as a pointer;
///  - in functions that it calls: writes of such globals that each call
///  executes.
struct CheckSnapshotsPass : llvm::PassInfoMixin<CheckSnapshotsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_CHECKSNAPSHOTS_H
