//===- pass/BlockLocals.h - a block's access to local variables -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the body of a block statement gets at the variables of the function
// around it. An attempt that is rolled back must leave none of them changed.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BLOCKLOCALS_H
#define STM_PASS_BLOCKLOCALS_H

#include "BlockShape.h"

namespace stm {

struct BlockLocals {
  /// Variables of the block itself: they move into the body, whose frame ends
  /// with the attempt.
  llvm::SmallVector<llvm::AllocaInst *> Own;

  /// Small ones whose address nobody knows: each attempt works on a copy, and
  /// what it leaves there is copied back after the commit. So they stay in
  /// registers on both sides.
  struct Copied {
    llvm::AllocaInst *Variable;
    bool IsWritten;
  };
  llvm::SmallVector<Copied> ByCopy;

  /// The others: the body gets their address. They are memory like any other
  /// then, with barriers and an undo log.
  llvm::SmallVector<llvm::AllocaInst *> ByAddress;

  /// Values other than variables, which the body only reads.
  llvm::SmallSetVector<llvm::Value *, 8> Values;

  explicit BlockLocals(const BlockShape &Block);
};

/// The type of what \p Variable allocates.
llvm::Type *typeOf(const llvm::AllocaInst &Variable);

} // namespace stm

#endif // STM_PASS_BLOCKLOCALS_H
