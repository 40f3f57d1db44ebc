//===- pass/InferCaptures.h - which addresses versions keep -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What LLVM has inferred about originals it has for few: not for inline
// functions, nor where a call wasn't known to be the same function's. So what
// is handed to a version would count as known to everybody from then on. Asked
// of the versions' own bodies: which parameters they keep no address of, and
// which return nothing but what they have just allocated.
//
// Of an inline function the linker may take another file's version. It is
// compiled from the same source, so it keeps the same addresses, or others that
// nobody can come to any more.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_INFERCAPTURES_H
#define STM_PASS_INFERCAPTURES_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// After CloneFunctions, before InsertBarriers.
struct InferCapturesPass : llvm::PassInfoMixin<InferCapturesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_INFERCAPTURES_H
