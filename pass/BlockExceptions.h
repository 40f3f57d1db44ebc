//===- pass/BlockExceptions.h - exceptions that leave blocks ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BLOCKEXCEPTIONS_H
#define STM_PASS_BLOCKEXCEPTIONS_H

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Instructions.h"

namespace stm {

/// The blocks that an exception passes from \p From on until it is caught.
llvm::SmallSetVector<llvm::BasicBlock *, 8>
whereItUnwinds(llvm::BasicBlock *From);

/// The types that are asked for on the way.
void addTypesAskedFor(llvm::BasicBlock *From,
                      llvm::SmallPtrSetImpl<llvm::Value *> &Types);

/// Replaces a pad in a body by one that stops exceptions for handlers in the
/// body only: what a pad catches must not be resumed.
llvm::LandingPadInst *withoutOuterClauses(llvm::LandingPadInst *Old);

} // namespace stm

#endif // STM_PASS_BLOCKEXCEPTIONS_H
