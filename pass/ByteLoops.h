//===- pass/ByteLoops.h - loops that read byte after byte -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What hashes, compares or parses a string loads one byte in each turn. It
// reads the aligned word around the byte instead, keeps it in a register, and
// reads again where the word ends.
//
// A word that holds one of the object's bytes lies in one page with it, and in
// one stripe: more of it adds no fault and no conflict. But of bytes that are
// looked at only after something else has been read another thread may have
// been the owner when the word was loaded, and have written them plainly before
// it told of them in a transaction:
//
//   while (P->IsThere[I]) use(P->Bytes[I++]);
//
// So the load is the loop's only barrier: the bytes of one word are there all
// at once, and none is used after another word has been read. Nothing in the
// loop writes memory, and each time that control comes to it it begins without
// a word.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BYTELOOPS_H
#define STM_PASS_BYTELOOPS_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

namespace llvm {
class DominatorTree;
class ScalarEvolution;
} // namespace llvm

namespace stm {

class ByteLoops {
public:
  /// Finds the loads, before there are barriers. \p IsWanted: whether a load
  /// needs a barrier of its own; \p IsPlain: whether it needs none. \p
  /// Evolution is asked for where there may be some.
  void find(llvm::Function &F, const llvm::DominatorTree &Dominators,
            llvm::function_ref<bool(llvm::LoadInst &)> IsWanted,
            llvm::function_ref<bool(llvm::LoadInst &)> IsPlain,
            llvm::function_ref<llvm::ScalarEvolution &()> Evolution);

  bool contains(const llvm::LoadInst &Load) const;
  /// Once nothing else needs to know the function's basic blocks. \p ReadWord
  /// inserts the barrier of an aligned word; the loads are erased.
  void replace(llvm::Function &F,
               llvm::function_ref<llvm::Value *(llvm::Instruction &Before,
                                                llvm::Value &Address)>
                   ReadWord);

private:
  struct ByteLoad {
    llvm::LoadInst *Load;
    llvm::SmallVector<llvm::BasicBlock *, 2> BeforeLoop;
  };
  llvm::SmallVector<ByteLoad, 2> Loads;
};

} // namespace stm

#endif // STM_PASS_BYTELOOPS_H
