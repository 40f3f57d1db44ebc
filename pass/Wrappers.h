//===- pass/Wrappers.h - STM_WRAPS ------------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function that transactions call instead of another one. In its own version
// the other one is called like any function.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_WRAPPERS_H
#define STM_PASS_WRAPPERS_H

#include "llvm/IR/Module.h"

namespace stm {

/// Notes that \p Wrapper's annotation at \p Place names what \p Argument points
/// to, or reports why it can't.
void markWrapper(llvm::Function &Wrapper, const llvm::Constant *Argument,
                 llvm::StringRef Place);

/// Before versions are made: undoes what markWrapper has done to the bodies of
/// wrapped functions.
void showWrappedBodies(llvm::Module &M);

/// The function that stands for \p Original in transactions; null if none does.
llvm::Function *wrapperOf(const llvm::Function &Original);

/// What \p Wrapper stands for; null if it isn't a wrapper.
llvm::Function *wrappedBy(const llvm::Function &Wrapper);

} // namespace stm

#endif // STM_PASS_WRAPPERS_H
