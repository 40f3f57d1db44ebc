//===- pass/BlockShape.h - where a block statement lies ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The facts about a block statement (stm/block.h) that OutlineBlocks works
// with, gathered once. A block begins after a call of __stm_block_begin and
// ends at each call of __stm_block_end with the same variable; inside is what
// can be reached from the one without passing one of the others.
//
// That an exit runs the variable's cleanup is what makes this simple: an
// exception that leaves passes __stm_block_end before it gets to anything that
// is shared with code outside, so no landing pad is both inside and outside,
// apart from those that end the program (noexcept). And compilers let no goto
// and no case label into the scope of such a variable.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BLOCKSHAPE_H
#define STM_PASS_BLOCKSHAPE_H

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include <string>

namespace stm {

struct BlockExit {
  llvm::BasicBlock
      *From;            ///< Ends with the call of __stm_block_end and a branch
  llvm::BasicBlock *To; ///< to here.
  bool IsUnwinding;     ///< An exception leaves.
};

struct BlockShape {
  llvm::CallInst *Begin = nullptr;
  llvm::BasicBlock *Entry = nullptr;
  /// In a fixed order, Entry first.
  llvm::SmallSetVector<llvm::BasicBlock *, 16> Inside;
  llvm::SmallVector<BlockExit> Exits;
  /// The way from the begin to the block's end that nothing takes: the macro
  /// has it so that what follows the block can be reached, as it is after a
  /// cancel. One basic block after the other, the last one an exit's. Empty if
  /// there is none.
  llvm::SmallVector<llvm::BasicBlock *> WayPast;
  /// Whether the block may run more than once in one call of the function.
  bool MayRunAgain = false;

  /// Finds all of the above but Begin, with the function as it is now.
  /// "" or what is wrong.
  std::string find();

  /// A copy of the way past, which nothing leads to yet.
  llvm::SmallVector<llvm::BasicBlock *> copyWayPast() const;

  /// What must be so that the block can become a function: shared ends get
  /// copies of their own, values that are used outside go through memory. "" or
  /// what stands in the way; \p Culprit is then the instruction, if it is one.
  std::string normalize(llvm::Instruction *&Culprit);

  bool contains(const llvm::Instruction *I) const {
    return Inside.contains(const_cast<llvm::BasicBlock *>(I->getParent()));
  }

private:
  void findWayPast();
  std::string separateSharedEnds();
  llvm::Instruction *findObstacle(std::string &Why) const;
  void demoteLiveOuts();
};

/// Whether \p I calls the runtime's or the header's \p Name.
llvm::CallInst *callOf(llvm::Instruction &I, llvm::StringRef Name);

} // namespace stm

#endif // STM_PASS_BLOCKSHAPE_H
