//===- pass/OutlineBlocks.cpp - block statements ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutlineBlocks.h"
#include "BlockAlternatives.h"
#include "BlockBody.h"
#include "BlockDebugInfo.h"
#include "BlockShape.h"
#include "Diagnostics.h"
#include "Outlining.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

#define DEBUG_TYPE "stm-outline-blocks"

using namespace llvm;

STATISTIC(NumBlocks, "Block statements made functions");

namespace stm {
namespace {

SmallVector<CallInst *> callsOf(Function &F, StringRef Name) {
  SmallVector<CallInst *> Found;
  for (Instruction &I : instructions(F))
    if (CallInst *Call = callOf(I, Name))
      Found.push_back(Call);
  return Found;
}

/// "file:line" of the macro.
std::string placeOfMacro(const CallInst &Marker, unsigned FileArg) {
  return placeFrom(Marker.getArgOperand(FileArg),
                   Marker.getArgOperand(FileArg + 1));
}

/// In C, `break` and `continue` in a block would mean the macro's own loops
/// (stm/block.h says how they are told from the block's end).
void checkLoopsOfC(Function &F) {
  for (CallInst *Break : callsOf(F, "__stm_block_break")) {
    reportError(F.getContext(), placeOfMacro(*Break, 0),
                "'break' in this block would leave the block only, not the "
                "loop or switch around it: use goto");
    Break->eraseFromParent();
  }
  for (CallInst *Next : callsOf(F, "__stm_block_next")) {
    if (!Next->getParent()->getSinglePredecessor())
      reportError(F.getContext(), placeOfMacro(*Next, 0),
                  "'continue' in this block would leave the block only, not "
                  "continue the loop around it: use goto");
    Next->eraseFromParent();
  }
}

/// Each begin and end gets a basic block that it is the last of.
void splitAtMarkers(Function &F) {
  for (StringRef Name : {"__stm_block_begin", "__stm_block_end"})
    for (CallInst *Call : callsOf(F, Name))
      SplitBlock(Call->getParent(), Call->getNextNode());
}

/// The variable that the macro declares: of no use but to mark the block, and 0
/// throughout. Of an alternative not: where it is 0, without the plugin, that
/// one never runs.
void removeVariable(CallInst &Begin) {
  auto *Variable =
      dyn_cast<AllocaInst>(Begin.getArgOperand(0)->stripPointerCasts());
  if (!Variable)
    return;
  for (User *U : make_early_inc_range(Variable->users())) {
    auto *I = cast<Instruction>(U);
    auto *Marker = dyn_cast<IntrinsicInst>(I);
    if (isa<LoadInst>(I))
      I->replaceAllUsesWith(ConstantInt::get(
          I->getType(), kindOf(Begin) == BlockKind::Alternative));
    if (isa<LoadInst, StoreInst>(I) ||
        (Marker && Marker->isLifetimeStartOrEnd()))
      I->eraseFromParent();
  }
  dropDebugInfo(*Variable);
}

void removeMarkers(BlockShape &Block) {
  auto *Variable =
      cast<Instruction>(Block.Begin->getArgOperand(0)->stripPointerCasts());
  for (BlockExit &E : Block.Exits)
    E.From->getTerminator()->getPrevNode()->eraseFromParent();
  Block.Begin->replaceAllUsesWith(
      Constant::getNullValue(Block.Begin->getType()));
  Block.Begin->eraseFromParent();
  if (Variable->use_empty())
    Variable->eraseFromParent();
}

/// After an error, so that the rest of the compilation finds what it knows.
void giveUp(CallInst &Begin) {
  Value *Variable = Begin.getArgOperand(0)->stripPointerCasts();
  for (CallInst *End : callsOf(*Begin.getFunction(), "__stm_block_end"))
    if (End->getArgOperand(0)->stripPointerCasts() == Variable)
      End->eraseFromParent();
  Begin.replaceAllUsesWith(Constant::getNullValue(Begin.getType()));
  Begin.eraseFromParent();
}

void outline(CallInst &Begin) {
  Function &F = *Begin.getFunction();
  BlockShape Block;
  Block.Begin = &Begin;
  Instruction *Culprit = nullptr;
  std::string Why = Block.find();
  if (Why.empty())
    Why = Block.normalize(Culprit);
  if (!Why.empty()) {
    std::string Place = placeOfMacro(Begin, 3);
    if (Culprit && Culprit->getDebugLoc())
      Place = placeOf(*Culprit);
    reportError(F.getContext(), Place,
                "this block cannot be a transaction: " + Why);
    return giveUp(Begin);
  }
  BlockCall Call = describeCall(Begin);
  removeMarkers(Block);
  makeBlockBody(Block, Call);
  ++NumBlocks;
}

/// The begin of a block that has no other inside, so that a block within a
/// block is a call when the one around it is outlined.
CallInst *findInnermost(Function &F) {
  for (CallInst *Begin : callsOf(F, "__stm_block_begin")) {
    BlockShape Block;
    Block.Begin = Begin;
    if (!Block.find().empty() || none_of(Block.Inside, [](BasicBlock *BB) {
          return any_of(*BB, [](Instruction &I) {
            return callOf(I, "__stm_block_begin") != nullptr;
          });
        }))
      return Begin;
  }
  return nullptr;
}

void outlineBlocks(Function &F) {
  EliminateUnreachableBlocks(F);
  checkLoopsOfC(F);
  splitAtMarkers(F);
  declareVariablesByAddress(F);
  for (CallInst *Begin : callsOf(F, "__stm_block_begin"))
    removeVariable(*Begin);
  joinAlternatives(F);
  while (CallInst *Begin = findInnermost(F))
    outline(*Begin);
  // Only jumping around the begin leaves an end without one.
  for (CallInst *End : callsOf(F, "__stm_block_end")) {
    reportError(F.getContext(), placeOf(*End),
                "something jumps into a block of '" + F.getName() + "'");
    End->eraseFromParent();
  }
  dropPromises(F);
}

/// Those with a block, in the module's order.
SmallVector<Function *> functionsWithBlocks(Module &M) {
  SmallPtrSet<Function *, 8> Found;
  for (StringRef Name : {"__stm_block_begin", "__stm_block_end"})
    if (Function *Marker = M.getFunction(Name))
      for (User *U : Marker->users())
        if (auto *Call = dyn_cast<CallBase>(U))
          Found.insert(Call->getFunction());
  SmallVector<Function *> Ordered;
  for (Function &F : M)
    if (Found.contains(&F))
      Ordered.push_back(&F);
  return Ordered;
}

} // namespace

PreservedAnalyses OutlineBlocksPass::run(Module &M, ModuleAnalysisManager &) {
  SmallVector<Function *> Functions = functionsWithBlocks(M);
  for (Function *F : Functions)
    outlineBlocks(*F);
  for (StringRef Name : {"__stm_block_begin", "__stm_block_end",
                         "__stm_block_break", "__stm_block_next"})
    if (Function *Marker = M.getFunction(Name); Marker && Marker->use_empty())
      Marker->eraseFromParent();
  verifyAfter("OutlineBlocks", M);
  return Functions.empty() ? PreservedAnalyses::all()
                           : PreservedAnalyses::none();
}

} // namespace stm
