//===- pass/BlockShape.cpp - where a block statement lies -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockShape.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

namespace stm {
namespace {

constexpr StringLiteral NotOurs = "not a block as STM_ATOMIC makes it";

/// The call of __stm_block_end with \p Handle that \p BB ends with, if it does.
CallInst *endOf(BasicBlock &BB, const Value *Handle) {
  auto *Branch = dyn_cast<BranchInst>(BB.getTerminator());
  if (!Branch || Branch->isConditional())
    return nullptr;
  Instruction *Last = Branch->getPrevNode();
  CallInst *End = Last ? callOf(*Last, "__stm_block_end") : nullptr;
  return End && End->getArgOperand(0)->stripPointerCasts() == Handle ? End
                                                                     : nullptr;
}

enum : unsigned char { Normal = 1, Unwinding = 2 };

/// Whether an exception is on its way after \p BB.
unsigned char stateAfter(const BasicBlock &BB, unsigned char State) {
  for (const Instruction &I : BB) {
    if (isa<LandingPadInst>(I))
      State = Unwinding;
    else if (auto *Call = dyn_cast<CallBase>(&I))
      if (const Function *Callee = Call->getCalledFunction();
          Callee && Callee->getName() == "__cxa_begin_catch")
        State = Normal;
  }
  return State;
}

} // namespace

CallInst *callOf(Instruction &I, StringRef Name) {
  auto *Call = dyn_cast<CallInst>(&I);
  Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->getName() == Name ? Call : nullptr;
}

std::string BlockShape::find() {
  Inside.clear();
  Exits.clear();
  const Value *Handle = Begin->getArgOperand(0)->stripPointerCasts();
  auto *Jump = dyn_cast<BranchInst>(Begin->getParent()->getTerminator());
  if (!isa<AllocaInst>(Handle) || !Jump || Jump->isConditional())
    return NotOurs.str();
  Entry = Jump->getSuccessor(0);

  DenseMap<BasicBlock *, unsigned char> State;
  State[Entry] = Normal;
  SmallVector<BasicBlock *> Worklist = {Entry};
  SmallSetVector<BasicBlock *, 4> Last;
  while (!Worklist.empty()) {
    BasicBlock *BB = Worklist.pop_back_val();
    Inside.insert(BB);
    if (BB == Begin->getParent())
      return NotOurs.str(); // The begin is inside.
    if (endOf(*BB, Handle)) {
      Last.insert(BB);
      continue;
    }
    unsigned char After = stateAfter(*BB, State[BB]);
    for (BasicBlock *Next : successors(BB)) {
      unsigned char &Known = State[Next];
      if ((Known | After) != Known) {
        Known |= After;
        Worklist.push_back(Next);
      }
    }
  }
  // In the function's order, so that what is compiled twice comes out the same.
  SmallSetVector<BasicBlock *, 16> Ordered;
  Ordered.insert(Entry);
  for (BasicBlock &BB : *Entry->getParent())
    if (Inside.contains(&BB))
      Ordered.insert(&BB);
  Inside = std::move(Ordered);

  for (BasicBlock *BB : Inside) {
    if (!Last.contains(BB))
      continue;
    unsigned char After = stateAfter(*BB, State[BB]);
    if (After == (Normal | Unwinding))
      return NotOurs.str();
    Exits.push_back({BB, BB->getSingleSuccessor(), After == Unwinding});
  }

  findWayPast();

  SmallPtrSet<BasicBlock *, 32> Seen;
  for (const BlockExit &E : Exits)
    Worklist.push_back(E.To);
  while (!Worklist.empty()) {
    BasicBlock *BB = Worklist.pop_back_val();
    if (Seen.insert(BB).second)
      append_range(Worklist, successors(BB));
  }
  MayRunAgain = Seen.contains(Begin->getParent());
  return "";
}

/// The condition of the macro's own `if`, which is never true: a constant, or a
/// test of its variable, whose loads have been replaced.
static bool isNever(const Value *Condition) {
  if (auto *Test = dyn_cast<ICmpInst>(Condition)) {
    auto *Left = dyn_cast<ConstantInt>(Test->getOperand(0));
    auto *Right = dyn_cast<ConstantInt>(Test->getOperand(1));
    return Left && Right &&
           !ICmpInst::compare(Left->getValue(), Right->getValue(),
                              Test->getPredicate());
  }
  auto *Constant = dyn_cast<ConstantInt>(Condition);
  return Constant && Constant->isZero();
}

SmallVector<BasicBlock *> BlockShape::copyWayPast() const {
  ValueToValueMapTy Map;
  SmallVector<BasicBlock *> Way;
  for (BasicBlock *BB : WayPast) {
    Way.push_back(CloneBasicBlock(BB, Map, "", BB->getParent()));
    Map[BB] = Way.back();
  }
  remapInstructionsInBlocks(Way, Map);
  // Where a cleanup goes on may be a value of each way into it.
  BasicBlock *Before = nullptr;
  for (BasicBlock *BB : Way) {
    for (PHINode &Phi : make_early_inc_range(BB->phis())) {
      Phi.replaceAllUsesWith(Before ? Phi.getIncomingValueForBlock(Before)
                                    : Phi.getIncomingValue(0));
      Phi.eraseFromParent();
    }
    Before = BB;
  }
  return Way;
}

void BlockShape::findWayPast() {
  WayPast.clear();
  BasicBlock *BB = Entry;
  auto *Branch = dyn_cast<BranchInst>(BB->getTerminator());
  for (; Branch && Branch->isUnconditional();
       Branch = dyn_cast<BranchInst>(BB->getTerminator())) {
    if (any_of(Exits, [&](auto &E) { return E.From == BB; }))
      return;
    BB = Branch->getSuccessor(0);
  }
  if (!Branch || !isNever(Branch->getCondition()))
    return;
  SmallVector<BasicBlock *> Way;
  for (BB = Branch->getSuccessor(0); !is_contained(Way, BB);
       BB = BB->getSingleSuccessor()) {
    Way.push_back(BB);
    if (any_of(Exits, [&](auto &E) { return E.From == BB; })) {
      WayPast = Way;
      return;
    }
    if (!BB->getSingleSuccessor())
      return;
  }
}

/// What ends the program is shared with code outside: the landing pad of a
/// noexcept function, the trap of a failed check.
std::string BlockShape::separateSharedEnds() {
  SmallSetVector<BasicBlock *, 8> Shared;
  for (BasicBlock *BB : Inside)
    for (BasicBlock *From : predecessors(BB))
      if (!Inside.contains(From) && From != Begin->getParent())
        Shared.insert(BB);
  // It grows meanwhile.
  for (unsigned I = 0; I != Shared.size(); ++I) {
    BasicBlock *BB = Shared[I];
    if (BB == Entry || any_of(Exits, [&](auto &E) { return E.From == BB; }) ||
        any_of(*BB, [](Instruction &I) {
          return callOf(I, "__stm_block_begin") != nullptr;
        }))
      return "something jumps into the block";
    for (BasicBlock *Next : successors(BB))
      Shared.insert(Next);
  }
  if (Shared.empty())
    return "";

  Function &F = *Entry->getParent();
  ValueToValueMapTy Map;
  SmallVector<BasicBlock *> Copies;
  for (BasicBlock *BB : Shared) {
    Copies.push_back(CloneBasicBlock(BB, Map, "", &F));
    Map[BB] = Copies.back();
  }
  remapInstructionsInBlocks(Copies, Map);
  SmallVector<BasicBlock *> Private;
  for (BasicBlock *BB : Inside)
    if (!Shared.contains(BB))
      Private.push_back(BB);
  auto IsPrivate = [&](BasicBlock *BB) { return is_contained(Private, BB); };
  auto IsCopy = [&](BasicBlock *BB) { return is_contained(Copies, BB); };
  for (auto [BB, Copy] : zip(Shared, Copies)) {
    for (PHINode &Phi : BB->phis())
      Phi.removeIncomingValueIf(
          [&](unsigned I) { return IsPrivate(Phi.getIncomingBlock(I)); },
          /*DeletePHIIfEmpty=*/false);
    for (PHINode &Phi : Copy->phis())
      Phi.removeIncomingValueIf(
          [&](unsigned I) {
            return !IsPrivate(Phi.getIncomingBlock(I)) &&
                   !IsCopy(Phi.getIncomingBlock(I));
          },
          /*DeletePHIIfEmpty=*/false);
  }
  for (BasicBlock *From : Private)
    for (auto [BB, Copy] : zip(Shared, Copies))
      From->getTerminator()->replaceSuccessorWith(BB, Copy);
  return find();
}

/// The first instruction that can't move into another function.
Instruction *BlockShape::findObstacle(std::string &Why) const {
  DominatorTree Dominators(*Entry->getParent());
  SmallVector<IntrinsicInst *> Saves;
  for (BasicBlock *BB : Inside)
    for (Instruction &I : *BB)
      if (auto *Save = dyn_cast<IntrinsicInst>(&I);
          Save && Save->getIntrinsicID() == Intrinsic::stacksave)
        Saves.push_back(Save);

  for (BasicBlock *BB : Inside) {
    if (BB->hasAddressTaken()) {
      Why = "there is a computed goto in it";
      return BB->getTerminator();
    }
    for (Instruction &I : *BB) {
      if (isa<ReturnInst>(I))
        Why = NotOurs;
      else if (isa<IndirectBrInst>(I))
        Why = "there is a computed goto in it";
      else if (isa<FuncletPadInst, CatchSwitchInst, CatchReturnInst,
                   CleanupReturnInst>(I))
        Why = "this target's exceptions are not supported";
      else if (isa<AllocaInst>(I)) {
        // A variable-length array ends with its scope, which is inside.
        if (none_of(Saves, [&](IntrinsicInst *Save) {
              return Dominators.dominates(Save, &I);
            }))
          Why = "memory from alloca would end with the block";
      } else if (auto *Call = dyn_cast<CallBase>(&I)) {
        Function *Callee = Call->getCalledFunction();
        if (Call->isMustTailCall())
          Why = "there is a call in it that must be a tail call";
        else if (Callee && Callee->getIntrinsicID() == Intrinsic::vastart)
          Why = "va_start belongs to the function around it";
        else if (Callee && Callee->getName().starts_with("llvm.coro."))
          Why = "the coroutine may be suspended in it";
        else if (Call->getType()->isTokenTy() || Call->hasInAllocaArgument() ||
                 Call->countOperandBundlesOfType(LLVMContext::OB_preallocated))
          Why = "it allocates the arguments of a call";
      }
      for (const Use &Operand : I.operands()) {
        Type *T = Operand->getType();
        auto *From = dyn_cast<Instruction>(Operand);
        bool IsLive = From ? !contains(From) : isa<Argument>(Operand);
        if (!IsLive)
          continue;
        if (T->isTokenTy() || T->isX86_AMXTy() || T->isScalableTy())
          Why = "it uses a value whose size is not known at compile time";
        auto *A = dyn_cast<AllocaInst>(Operand);
        auto *Arg = dyn_cast<Argument>(Operand);
        if ((A && (A->isSwiftError() || A->isUsedWithInAlloca())) ||
            (Arg && Arg->hasSwiftErrorAttr()))
          Why = "it uses a variable that is no memory";
      }
      if (!Why.empty())
        return &I;
    }
  }
  return nullptr;
}

/// Slots are variables then, which BlockLocals knows how to bring out: written
/// at the block's end only.
void BlockShape::demoteLiveOuts() {
  SmallVector<Instruction *> Values;
  for (BasicBlock *BB : Inside)
    for (Instruction &I : *BB)
      if (any_of(I.users(),
                 [&](User *U) { return !contains(cast<Instruction>(U)); }))
        Values.push_back(&I);
  BasicBlock::iterator Slots =
      Entry->getParent()->getEntryBlock().getFirstInsertionPt();
  for (Instruction *I : Values)
    DemoteRegToStack(*I, /*VolatileLoads=*/false, Slots);
}

std::string BlockShape::normalize(Instruction *&Culprit) {
  std::string Why;
  // First, so that a function that is refused stays as it is: whether LLVM can
  // compile it further must not depend on us.
  Culprit = findObstacle(Why);
  if (Why.empty())
    Why = separateSharedEnds();
  if (!Why.empty())
    return Why;
  demoteLiveOuts();
  return find(); // An invoke's result may have got a block of its own.
}

} // namespace stm
