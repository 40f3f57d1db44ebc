//===- pass/InlineBarriers.h - fast paths into versions ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Replaces the calls of barriers by what the runtime's own fast paths do, which
// the plugin has in it as bitcode (rt/inlined/barriers.cpp). The pass knows
// what the functions in there are called, and nothing of what they do. Slow
// paths stay calls.
//
// Left alone are versions that want to be small, are cold or are watched by a
// sanitizer, and modules for another target than the bitcode.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_INLINEBARRIERS_H
#define STM_PASS_INLINEBARRIERS_H

#include "llvm/IR/PassManager.h"

namespace stm {

struct InlineBarriersPass : llvm::PassInfoMixin<InlineBarriersPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_INLINEBARRIERS_H
