//===- pass/FreshMemory.h - allocations nobody knows of yet -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a version has allocated itself is its own until its address escapes:
// nobody else reads it, and a rollback, also of a nested scope that the version
// runs in, frees it with whatever is in it. So it is initialised plainly. (A
// scope that begins after the allocation is another function; what it changes
// of the block, its own barriers have logged.)
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_FRESHMEMORY_H
#define STM_PASS_FRESHMEMORY_H

#include "llvm/IR/Dominators.h"

namespace stm {

class FreshMemory {
public:
  explicit FreshMemory(const llvm::DominatorTree &Dominators)
      : Dominators(Dominators) {}

  /// Whether all that \p Pointer can point to was allocated by this call of the
  /// function, and no address of it may have become known before \p At.
  bool isFreshAt(const llvm::Value *Pointer, const llvm::Instruction &At);

private:
  const llvm::DominatorTree &Dominators;
};

} // namespace stm

#endif // STM_PASS_FRESHMEMORY_H
