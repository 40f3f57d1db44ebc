//===- pass/Cancels.h - which inner blocks may be cancelled -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block inside a transaction that surely isn't cancelled by itself is a plain
// call of its body. Any other goes through the runtime, which has to know where
// the innermost block begins.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_CANCELS_H
#define STM_PASS_CANCELS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Function.h"

namespace stm {

class Cancels {
public:
  /// Whether a call of \p F may call stm_cancel for a block that \p F is called
  /// in: outside of blocks that begin in it.
  bool mayCancel(llvm::Function &F);

private:
  llvm::DenseMap<const llvm::Function *, bool> Known;
};

} // namespace stm

#endif // STM_PASS_CANCELS_H
