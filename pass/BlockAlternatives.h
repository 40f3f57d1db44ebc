//===- pass/BlockAlternatives.h - STM_ATOMIC … STM_OR_ELSE … ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two block statements become three: one around both, in which the first is
// undone by itself if it retries. Before:
//
//   A.begin → A … A.end → B.begin → B … B.end
//
// after, with `retried` a variable that what comes of A sets:
//
//   O.begin → retried := 0 → A.begin → A … A.end → retried? → B.begin → … O.end
//                                                  └ no: past B ──────→ O.end
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BLOCKALTERNATIVES_H
#define STM_PASS_BLOCKALTERNATIVES_H

#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

namespace stm {

/// What the begin of a block statement says of it (its second argument).
enum class BlockKind : unsigned {
  Atomic = 0,
  Snapshot = 1,
  Alternative = 2, ///< STM_OR_ELSE
  First = 3,       ///< The block before one of these; made here.
};

BlockKind kindOf(const llvm::CallInst &Begin);

/// Does that to all of \p F's; reports those that follow no block.
void joinAlternatives(llvm::Function &F);

} // namespace stm

#endif // STM_PASS_BLOCKALTERNATIVES_H
