//===- pass/Options.h - the pass's command line -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Given as `-mllvm -stm-…` to clang (LLVM 19 wants -fplugin= besides
// -fpass-plugin= for that) and as they stand to opt.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_OPTIONS_H
#define STM_PASS_OPTIONS_H

#include <string>
#include <vector>

namespace stm {

enum class ClonePolicy {
  All,     ///< Every function that another file may call.
  Reached, ///< What transactions of this file reach, STM_SAFE functions, and
           ///< functions whose address is taken.
};

ClonePolicy clonePolicy();

/// What makes a transaction inevitable is an error.
bool isStrict();

/// Where barriers are inlined, as far as the optimizer runs.
enum class InlinePolicy {
  Auto,   ///< HotVersions.h
  Always, ///< In all versions that aren't to be small.
  Never,
};
InlinePolicy inlinePolicy();

/// Modules are instrumented at the link, not in their compile step:
/// WholeProgram.h.
bool waitsForLink();

/// Versions count the barriers that they execute: CountBarriers.h.
bool countsBarriers();

/// The user's lists of functions: UserPolicy.h.
const std::vector<std::string> &policyFiles();

/// Run LLVM's verifier after each stage.
bool verifiesEachStage();

} // namespace stm

#endif // STM_PASS_OPTIONS_H
