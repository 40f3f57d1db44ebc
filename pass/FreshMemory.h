//===- pass/FreshMemory.h - memory nobody knows of yet ----------*- C++ -*-===//
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
// The same is true of
//  - its variables on the stack: a rollback leaves the frame;
//  - what a function called has allocated and returned, and kept no address of
//    (InferCaptures.h);
//  - what its caller owns like this, and has lent it (LendMemory.h): a call of
//    a version begins no scope.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_FRESHMEMORY_H
#define STM_PASS_FRESHMEMORY_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/InstrTypes.h"

namespace stm {

namespace fresh {

/// Whether all that \p Pointer can point to is this call's own, of a kind that
/// \p IsMine says yes to, and no address of it may have become known before
/// \p At, whatever \p At itself does.
bool isOwnAt(const llvm::Value *Pointer, const llvm::Instruction &At,
             llvm::function_ref<bool(const llvm::Value &Object)> IsMine);

/// By a load, store or memset that could stay as it is; null for anything else.
const llvm::Value *whatIsAccessed(const llvm::Instruction &I);

/// Whether \p V is a call that returns a new block, or null.
bool isAllocation(const llvm::Value &V);

/// Stack that the frame of a version has: not what a thunk unpacks, which is
/// outside of the transaction.
bool isStack(const llvm::Value &V);

/// A parameter that all callers lend.
bool isLent(const llvm::Value &V);

inline bool isAny(const llvm::Value &V) {
  return isAllocation(V) || isStack(V) || isLent(V);
}

} // namespace fresh

} // namespace stm

#endif // STM_PASS_FRESHMEMORY_H
