//===- pass/ReadsToWrite.h - loads that a store follows ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `X += Y`: what is read is written a few instructions later. Two barriers
// would look at the stripe's orec twice, and the transaction would validate
// what it has locked. So the load locks and logs, and the store is one.
//
// Between the two stands nothing but computation and other barriers: no call
// could begin or end a nested scope, whose cancel would need a record of its
// own.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_READSTOWRITE_H
#define STM_PASS_READSTOWRITE_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Instructions.h"

namespace stm {

class ReadsToWrite {
public:
  /// Finds them, before there are barriers. \p Bytes: of an access that gets a
  /// scalar barrier; 0 for any other instruction.
  void find(llvm::Function &F,
            llvm::function_ref<unsigned(llvm::Instruction &)> Bytes);

  /// Whether \p Access, a load or a store, is half of such a pair.
  bool contains(const llvm::Instruction &Access) const {
    return Halves.contains(&Access);
  }

private:
  void find(llvm::BasicBlock &BB,
            llvm::function_ref<unsigned(llvm::Instruction &)> Bytes);

  llvm::DenseSet<const llvm::Instruction *> Halves;
};

} // namespace stm

#endif // STM_PASS_READSTOWRITE_H
