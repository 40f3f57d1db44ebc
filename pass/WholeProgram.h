//===- pass/WholeProgram.h - instrumenting at the link ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With -stm-whole-program modules leave their compile step as the first stages
// have prepared them, and a full-LTO link that has loaded the plugin
// instruments all of them together. What the linker knows of a symbol it has
// found out before that: see ReservedNames.h.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_WHOLEPROGRAM_H
#define STM_PASS_WHOLEPROGRAM_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// Instead of instrumenting a module in its compile step. Any other link than
/// the one that it waits for lacks a symbol. Errors: what can't wait, STM_WRAPS
/// and what a sanitizer has to see.
struct DeferToLinkPass : llvm::PassInfoMixin<DeferToLinkPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// The first stage at a link: what was merged in unprepared is kept from the
/// optimizer too, and so are the parameters of what has a version elsewhere.
/// What files have said of other files' functions holds in these. Error: a
/// module that was instrumented before.
struct TakeUpAtLinkPass : llvm::PassInfoMixin<TakeUpAtLinkPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// The last one at a link: drops what only others could have called, had it not
/// been linked.
struct FinishLinkPass : llvm::PassInfoMixin<FinishLinkPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_WHOLEPROGRAM_H
