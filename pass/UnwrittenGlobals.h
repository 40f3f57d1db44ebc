//===- pass/UnwrittenGlobals.h - what no transaction writes -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A static variable that main() fills in, say from its arguments, and that
// transactions only read: no version of the file writes it, and as its address
// goes nowhere, no other code can. A barrier would find a stripe that nobody
// ever locks, so these loads are plain.
//
// What plain code writes there is as well ordered with transactions as with
// barriers: by the start of a thread, or by a block that took the variable out
// of use and, at its end, waited for older attempts (such a store isn't stamped:
// SettledAccesses.h). A plain write that nothing orders is a race either way.
//
// Who writes it must be code that no transaction can call at all, inevitable or
// not: main, initializers, and local functions that only these call. What is
// changed in a transaction wakes those that wait in stm_retry, having read it.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_UNWRITTENGLOBALS_H
#define STM_PASS_UNWRITTENGLOBALS_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// After CloneFunctions, before InsertBarriers.
struct UnwrittenGlobalsPass : llvm::PassInfoMixin<UnwrittenGlobalsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_UNWRITTENGLOBALS_H
