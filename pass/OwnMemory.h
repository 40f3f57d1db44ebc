//===- pass/OwnMemory.h - stack that no other thread can reach --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of code around blocks. What is lent to a block for as long as it runs stays
// this thread's: the closure, and what is captured by reference, as long as the
// block keeps no copy of the address. CapturedMemory.h is about code inside.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_OWNMEMORY_H
#define STM_PASS_OWNMEMORY_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

namespace stm {

/// Conservative: what isn't understood may be reached.
class OwnMemory {
public:
  /// Whether only this thread can access what \p Pointer points to: its stack,
  /// or STM_TX_LOCAL.
  bool isOwn(const llvm::Value *Pointer);

private:
  bool isOwnObject(const llvm::Value *Object);
  /// Whether a copy of \p Pointer, an address, may be anywhere but in this
  /// function's registers, and in closures of blocks if it \p MayLend it.
  static bool escapes(const llvm::Value &Pointer, bool MayLend);
  static bool isHarmless(const llvm::Use &U, bool MayLend);
  /// Whether \p Store, of an address, fills in a closure whose blocks don't
  /// keep it.
  static bool lends(const llvm::StoreInst &Store);

  llvm::DenseMap<const llvm::Value *, bool> Cache;
};

} // namespace stm

#endif // STM_PASS_OWNMEMORY_H
