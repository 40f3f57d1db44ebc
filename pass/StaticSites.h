//===- pass/StaticSites.h - where blocks stand, as constants ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// stm::atomic is an inline function, so the name, file and line of a block are
// put together on the stack, at each call: three stores of the thirty or so
// that an empty transaction consists of. Where all three are constants they
// become one.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_STATICSITES_H
#define STM_PASS_STATICSITES_H

#include "llvm/IR/PassManager.h"

namespace stm {

struct StaticSitesPass : llvm::PassInfoMixin<StaticSitesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_STATICSITES_H
