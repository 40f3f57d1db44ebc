//===- pass/BlockAlternatives.cpp - STM_ATOMIC … STM_OR_ELSE … ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockAlternatives.h"
#include "BlockShape.h"
#include "Diagnostics.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace stm {
namespace {

constexpr unsigned KindArg = 1, FileArg = 3, LineArg = 4;

SmallVector<CallInst *> beginsOf(Function &F) {
  SmallVector<CallInst *> Begins;
  for (Instruction &I : instructions(F))
    if (CallInst *Begin = callOf(I, "__stm_block_begin"))
      Begins.push_back(Begin);
  return Begins;
}

void setKind(CallInst &Begin, BlockKind Kind) {
  Type *T = Begin.getArgOperand(KindArg)->getType();
  Begin.setArgOperand(KindArg, ConstantInt::get(T, unsigned(Kind)));
}

/// Nothing but branches happens in \p BB before \p End.
bool doesNothing(const BasicBlock &BB, const Instruction *End) {
  for (const Instruction &I : BB) {
    if (&I == End)
      break;
    if (isa<CallBase>(I) && !isa<IntrinsicInst>(I))
      return false;
  }
  return true;
}

/// The exit at the end of the way past the block.
const BlockExit *exitOfWayPast(const BlockShape &Block) {
  for (const BlockExit &E : Block.Exits)
    if (!Block.WayPast.empty() && E.From == Block.WayPast.back())
      return &E;
  return nullptr;
}

/// The blocks from \p From to \p To, if nothing happens on the way.
bool findPath(BasicBlock *From, CallInst &To,
              SmallSetVector<BasicBlock *, 8> &Path) {
  if (From == To.getParent())
    return doesNothing(*From, &To);
  if (Path.size() == 8 || !doesNothing(*From, nullptr) || !Path.insert(From))
    return false;
  for (BasicBlock *Next : successors(From))
    if (findPath(Next, To, Path))
      return true;
  Path.remove(From);
  return false;
}

class Joiner {
public:
  Joiner(CallInst &First, CallInst &Second) : First(First), Second(Second) {
    A.Begin = &First;
    B.Begin = &Second;
  }

  /// Whether the second block follows the first one.
  bool matches() {
    if (!A.find().empty() || !B.find().empty() || A.contains(&Second))
      return false;
    const BlockExit *Way = exitOfWayPast(A);
    return Way && exitOfWayPast(B) && findPath(Way->To, Second, Path) &&
           isEnteredOnlyFromFirst();
  }

  void run() {
    Function &F = *First.getFunction();
    Type *FlagTy = Type::getInt32Ty(F.getContext());
    Retried = First.getArgOperand(0)->stripPointerCasts();
    Handle = new AllocaInst(FlagTy, F.getDataLayout().getAllocaAddrSpace(), "",
                            F.getEntryBlock().getFirstInsertionPt());
    End = F.getParent()->getOrInsertFunction(
        "__stm_block_end", Type::getVoidTy(F.getContext()),
        PointerType::getUnqual(F.getContext()));

    // Ends first: the shapes are those of now.
    for (const BlockExit &E : A.Exits)
      if (&E != exitOfWayPast(A))
        endBetween(E.From, E.To);
    for (BasicBlock *BB : Path)
      for (BasicBlock *Next :
           SmallSetVector<BasicBlock *, 4>(succ_begin(BB), succ_end(BB)))
        if (!Path.contains(Next) && Next != Second.getParent() &&
            !isa<UnreachableInst>(Next->front()))
          endBetween(BB, Next);
    goPastUnlessRetried();
    for (const BlockExit &E : B.Exits)
      endBetween(E.From, E.To);

    auto *Begin = cast<CallInst>(First.clone());
    Begin->insertBefore(First.getIterator());
    Begin->setArgOperand(0, Handle);
    SplitBlock(Begin->getParent(), First.getIterator());
    IRBuilder<> Start(&First);
    Start.CreateStore(ConstantInt::get(FlagTy, 0), Retried);
    setKind(First, BlockKind::First);
    setKind(Second, BlockKind::Atomic);
  }

private:
  bool isEnteredOnlyFromFirst() const {
    auto FromFirst = [&](BasicBlock *BB) {
      return all_of(predecessors(BB), [&](BasicBlock *From) {
        return Path.contains(From) || A.Inside.contains(From);
      });
    };
    return all_of(Path, FromFirst) && FromFirst(Second.getParent());
  }
  BasicBlock *endBefore(BasicBlock *To) {
    BasicBlock *BB = BasicBlock::Create(To->getContext(), "", To->getParent());
    IRBuilder<> Builder(BB);
    Builder.SetCurrentDebugLocation(First.getDebugLoc());
    Builder.CreateCall(End, {Handle});
    Builder.CreateBr(To);
    return BB;
  }
  void endBetween(BasicBlock *From, BasicBlock *To) {
    BasicBlock *BB = endBefore(To);
    From->getTerminator()->replaceSuccessorWith(To, BB);
    To->replacePhiUsesWith(From, BB);
  }

  void goPastUnlessRetried() {
    BasicBlock *To = exitOfWayPast(B)->To;
    SmallVector<BasicBlock *> Way = B.copyWayPast();
    Instruction *Last = Way.back()->getTerminator();
    Last->getPrevNode()->eraseFromParent(); // B's own end.
    Last->replaceSuccessorWith(To, endBefore(To));

    BasicBlock *Head = Second.getParent();
    SplitBlock(Head, Second.getIterator());
    IRBuilder<> Builder(Head->getTerminator());
    Builder.SetCurrentDebugLocation(Second.getDebugLoc());
    Value *Flag = Builder.CreateLoad(Builder.getInt32Ty(), Retried);
    Builder.CreateCondBr(Builder.CreateIsNull(Flag), Way.front(),
                         Second.getParent());
    Head->getTerminator()->eraseFromParent();
  }

  CallInst &First, &Second;
  BlockShape A, B;
  SmallSetVector<BasicBlock *, 8> Path;
  Value *Retried = nullptr; ///< The first block's handle, of no other use.
  Value *Handle = nullptr;  ///< Of the block around both.
  FunctionCallee End;
};

bool join(CallInst &Second) {
  for (CallInst *First : beginsOf(*Second.getFunction())) {
    if (First == &Second || kindOf(*First) != BlockKind::Atomic)
      continue;
    Joiner J(*First, Second);
    if (J.matches()) {
      J.run();
      return true;
    }
  }
  return false;
}

} // namespace

BlockKind kindOf(const CallInst &Begin) {
  auto *Kind = dyn_cast<ConstantInt>(Begin.getArgOperand(KindArg));
  return Kind ? BlockKind(Kind->getZExtValue()) : BlockKind::Atomic;
}

void joinAlternatives(Function &F) {
  for (CallInst *Begin : beginsOf(F)) {
    if (kindOf(*Begin) != BlockKind::Alternative || join(*Begin))
      continue;
    reportError(
        F.getContext(),
        placeFrom(Begin->getArgOperand(FileArg), Begin->getArgOperand(LineArg)),
        "STM_OR_ELSE must follow an STM_ATOMIC block (for more than two "
        "alternatives: another such pair in its block)");
    setKind(*Begin, BlockKind::Atomic);
  }
}

} // namespace stm
