//===- pass/Outlining.h - what stages that outline share --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_OUTLINING_H
#define STM_PASS_OUTLINING_H

#include "llvm/IR/Function.h"
#include "llvm/IR/IRBuilder.h"

namespace stm {

/// Gives \p Generated debug information of its own, if \p Source has some.
void locate(llvm::Function &Generated, const llvm::Function &Source,
            unsigned Line);

/// Lets \p B make instructions that stand in \p F's own line.
void setLocation(llvm::IRBuilder<> &B, llvm::Function &F);

llvm::Constant *stringOrNull(llvm::Module &M, llvm::StringRef Text);

/// A constant struct stm_site (abi.h).
llvm::Constant *makeSite(llvm::Module &M, llvm::Constant *Name,
                         llvm::Constant *File, unsigned Line);

/// Takes from a function that runs a transaction what its author, or clang, has
/// promised about its memory.
void dropPromises(llvm::Function &F);

} // namespace stm

#endif // STM_PASS_OUTLINING_H
