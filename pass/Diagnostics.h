//===- pass/Diagnostics.h - what the pass tells the user --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_DIAGNOSTICS_H
#define STM_PASS_DIAGNOSTICS_H

#include "llvm/ADT/Twine.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include <string>

namespace stm {

/// "file:line", from debug information; empty without it.
std::string placeOf(const llvm::Function &F);
std::string placeOf(const llvm::Instruction &I);

/// The same from what an annotation or a macro says.
std::string placeFrom(const llvm::Value *File, const llvm::Value *Line);

/// The text behind a pointer to a constant string, "" if it is none.
llvm::StringRef textOf(const llvm::Value *V);

/// A compile error. \p Place as from placeOf.
void reportError(llvm::LLVMContext &C, llvm::StringRef Place,
                 const llvm::Twine &Message);

/// A builder before \p At, with a debug location that the verifier accepts.
struct LocatedBuilder : llvm::IRBuilder<> {
  explicit LocatedBuilder(llvm::Instruction &At);
};

/// Runs LLVM's verifier if -stm-verify-each asks for it, and ends the
/// compilation where it finds something.
void verifyAfter(llvm::StringRef Stage, llvm::Module &M);

} // namespace stm

#endif // STM_PASS_DIAGNOSTICS_H
