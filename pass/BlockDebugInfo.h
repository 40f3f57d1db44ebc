//===- pass/BlockDebugInfo.h - debug information of blocks ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the body of a block, its code stands as if the function around it were
// inlined there: lines, scopes and variables stay what they are, and backtraces
// show the function with the line in the block.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BLOCKDEBUGINFO_H
#define STM_PASS_BLOCKDEBUGINFO_H

#include "BlockShape.h"
#include "llvm/ADT/DenseMap.h"

namespace stm {

/// Undoes assignment tracking in \p F: variables are where their alloca is.
/// What links a store to its variable can't be in another function than that.
void declareVariablesByAddress(llvm::Function &F);

/// Removes what debug information says about \p Variable.
void dropDebugInfo(llvm::AllocaInst &Variable);

/// After the move: \p Body's code was \p Source's. \p Moved has what stands for
/// its values in the body.
void adaptDebugInfo(llvm::Function &Body, llvm::Function &Source,
                    const llvm::DenseMap<llvm::Value *, llvm::Value *> &Moved,
                    unsigned Line);

} // namespace stm

#endif // STM_PASS_BLOCKDEBUGINFO_H
