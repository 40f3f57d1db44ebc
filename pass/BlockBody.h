//===- pass/BlockBody.h - the function that a block becomes -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BLOCKBODY_H
#define STM_PASS_BLOCKBODY_H

#include "BlockShape.h"
#include "llvm/IR/DebugLoc.h"

namespace stm {

/// What the call of __stm_block_begin says.
struct BlockCall {
  llvm::StringRef Runner; ///< The runtime's function that runs the body.
  llvm::Value *Name;
  llvm::Value *File;
  unsigned Line;
  llvm::DebugLoc Location;
  /// The first of two alternatives: set if it has retried, and undone by
  /// itself.
  llvm::Value *Retried;
};

BlockCall describeCall(const llvm::CallInst &Begin);

/// Moves \p Block, whose markers are gone, into a function and calls the
/// runtime with it in its place.
void makeBlockBody(const BlockShape &Block, const BlockCall &Call);

} // namespace stm

#endif // STM_PASS_BLOCKBODY_H
