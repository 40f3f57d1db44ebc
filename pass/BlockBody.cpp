//===- pass/BlockBody.cpp - the function that a block becomes ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pack has a field for each value, each address, and two for each copied
// variable: what it is before the block must still be there when an attempt
// that has written the other is rolled back at its commit.
//
// The body's basic blocks are the function's own, moved. An exception that
// leaves the block leaves the body; the runtime commits and throws it on, and a
// landing pad here takes it to where the block's own went. Only types that
// handlers around the block ask for can stand in that pad: numbers of types are
// a function's own.
//
//===----------------------------------------------------------------------===//

#include "BlockBody.h"
#include "BlockAlternatives.h"
#include "BlockDebugInfo.h"
#include "BlockExceptions.h"
#include "BlockLocals.h"
#include "LLVMCompat.h"
#include "Outlining.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "stm/abi.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace stm {
namespace {

void copyVariable(IRBuilder<> &B, Type *T, Value *To, Value *From) {
  if (T->isSingleValueType())
    B.CreateStore(B.CreateLoad(T, From), To);
  else
    B.CreateMemCpy(
        To, MaybeAlign(), From, MaybeAlign(),
        B.GetInsertBlock()->getModule()->getDataLayout().getTypeAllocSize(T));
}

class Outliner {
public:
  Outliner(const BlockShape &Block, const BlockCall &Call)
      : Block(Block), Call(Call), F(*Block.Entry->getParent()),
        M(*F.getParent()), C(F.getContext()),
        Before(Block.Entry->getSinglePredecessor()), Locals(Block),
        PtrTy(PointerType::getUnqual(C)) {}

  void run() {
    gatherPads();
    layOutPack();
    Value *Site = Call.Retried ? nullptr : makeSiteBefore();
    makeBody();
    fillCaller(Site);
    moveInside();
    endBody();
    adaptDebugInfo(*Body, F, Moved, Call.Line);
    dropPromises(*Body);
  }

private:
  /// The pads whose exception may leave the block.
  void gatherPads() {
    SmallPtrSet<BasicBlock *, 4> Leaving;
    for (const BlockExit &E : Block.Exits)
      if (E.IsUnwinding)
        Leaving.insert(E.From);
    for (BasicBlock *BB : Block.Inside)
      if (LandingPadInst *Pad = BB->getLandingPadInst())
        if (any_of(whereItUnwinds(BB),
                   [&](BasicBlock *On) { return Leaving.contains(On); }))
          Pads.push_back(Pad);
  }

  // --- The pack --------------------------------------------------------------
  void layOutPack() {
    SmallVector<Type *> Fields;
    auto Add = [&](Type *T) {
      Fields.push_back(T);
      return unsigned(Fields.size() - 1);
    };
    if (Block.Exits.size() > 1)
      ExitField = Add(Type::getInt32Ty(C));
    for (Value *V : Locals.Values)
      Field[V] = Add(V->getType());
    for (AllocaInst *V : Locals.ByAddress)
      Field[V] = Add(V->getType());
    for (auto [V, IsWritten] : Locals.ByCopy) {
      Field[V] = Add(typeOf(*V));
      if (IsWritten)
        ResultField[V] = Add(typeOf(*V));
    }
    PackTy = StructType::get(C, Fields);
  }

  Value *field(IRBuilder<> &B, Value *Pack, unsigned Index) {
    return B.CreateStructGEP(PackTy, Pack, Index);
  }

  // --- The caller ------------------------------------------------------------
  void insertInto(BasicBlock *BB, IRBuilder<> &B) {
    if (Instruction *Last = BB->getTerminator())
      B.SetInsertPoint(Last);
    else
      B.SetInsertPoint(BB);
    B.SetCurrentDebugLocation(Call.Location);
  }

  AllocaInst *makeVariable(Type *T) {
    BasicBlock &Entry = F.getEntryBlock();
    return new AllocaInst(T, M.getDataLayout().getAllocaAddrSpace(), "",
                          Entry.getFirstInsertionPt());
  }

  Value *makeSiteBefore() {
    auto *Name = dyn_cast<Constant>(Call.Name);
    auto *File = dyn_cast<Constant>(Call.File);
    if (Name && File)
      return makeSite(M, Name, File, Call.Line);
    IRBuilder<> B(C);
    insertInto(Before, B);
    Type *LineTy = Type::getInt32Ty(C);
    auto *T = StructType::get(C, {PtrTy, PtrTy, LineTy});
    AllocaInst *Site = makeVariable(T);
    B.CreateStore(Call.Name, B.CreateStructGEP(T, Site, 0));
    B.CreateStore(Call.File, B.CreateStructGEP(T, Site, 1));
    B.CreateStore(ConstantInt::get(LineTy, Call.Line),
                  B.CreateStructGEP(T, Site, 2));
    return Site;
  }

  void fillCaller(Value *Site) {
    AllocaInst *Pack = makeVariable(PackTy);
    IRBuilder<> B(C);
    insertInto(Before, B);
    startLifetime(B, Pack);
    for (Value *V : Locals.Values)
      B.CreateStore(V, field(B, Pack, Field[V]));
    for (AllocaInst *V : Locals.ByAddress)
      B.CreateStore(V, field(B, Pack, Field[V]));
    for (auto [V, IsWritten] : Locals.ByCopy)
      copyVariable(B, typeOf(*V), field(B, Pack, Field[V]), V);

    FunctionType *RunnerTy = getRuntime(M, Call.Retried ? Runtime::__stm_nested
                                                        : Runtime::__stm_atomic)
                                 .getFunctionType();
    FunctionCallee Runner = M.getOrInsertFunction(Call.Runner, RunnerTy);
    Value *Last = Call.Retried ? B.getInt32(STM_CATCH_RETRY) : Site;
    Value *Args[] = {Body, Pack, Last};
    BasicBlock *After = BasicBlock::Create(C, "", &F, Before->getNextNode());
    Before->getTerminator()->eraseFromParent();
    B.SetInsertPoint(Before);
    CallBase *Run;
    if (Pads.empty()) {
      Run = B.CreateCall(Runner, Args);
      B.CreateBr(After);
    } else {
      Run = B.CreateInvoke(Runner, After, makePad(Pack), Args);
    }
    if (F.doesNotThrow())
      Run->setDoesNotThrow();
    if (!Block.WayPast.empty())
      After = goPastIfCancelled(Run, After, Pack);
    goOn(After, Pack, /*IsUnwinding=*/false);
  }

  /// A cancelled block has left nothing, and goes where the way past it leads.
  /// Returns where the others go on.
  BasicBlock *goPastIfCancelled(CallBase *Run, BasicBlock *After,
                                AllocaInst *Pack) {
    SmallVector<BasicBlock *> Way = Block.copyWayPast();
    for (BasicBlock *BB : Way)
      for (Instruction &I : make_early_inc_range(*BB))
        if (any_of(I.operands(), [&](Value *V) {
              auto *A = dyn_cast<AllocaInst>(V->stripPointerCasts());
              return A && is_contained(Locals.Own, A);
            }))
          I.eraseFromParent(); // The block's own variables are the body's.
    IRBuilder<> Past(Way.front(), Way.front()->getFirstInsertionPt());
    Past.SetCurrentDebugLocation(Call.Location);
    endLifetime(Past, Pack);
    if (Call.Retried)
      Past.CreateStore(
          Past.CreateZExt(
              Past.CreateICmpEQ(Run, Past.getInt32(STM_BLOCK_RETRIED)),
              Past.getInt32Ty()),
          Call.Retried);

    BasicBlock *GoOn = BasicBlock::Create(C, "", &F, After->getNextNode());
    IRBuilder<> B(After);
    B.SetCurrentDebugLocation(Call.Location);
    B.CreateCondBr(B.CreateIsNull(Run), GoOn, Way.front(),
                   MDBuilder(C).createLikelyBranchWeights());
    return GoOn;
  }

  /// Takes over what the attempt that has committed left, and goes where it
  /// went.
  void goOn(BasicBlock *BB, AllocaInst *Pack, bool IsUnwinding) {
    IRBuilder<> B(C);
    insertInto(BB, B);
    for (auto [V, IsWritten] : Locals.ByCopy)
      if (IsWritten && !(IsUnwinding && is_contained(Slots, V)))
        copyVariable(B, typeOf(*V), V, field(B, Pack, ResultField[V]));
    Value *Exit = nullptr;
    if (Block.Exits.size() > 1)
      Exit = B.CreateLoad(Type::getInt32Ty(C), field(B, Pack, ExitField));
    endLifetime(B, Pack);
    BasicBlock *Last = nullptr;
    SmallVector<std::pair<unsigned, BasicBlock *>> Others;
    for (auto [Number, E] : enumerate(Block.Exits)) {
      if (E.IsUnwinding != IsUnwinding)
        continue;
      if (Last)
        Others.push_back({unsigned(Number), E.To});
      else
        Last = E.To;
    }
    if (!Last) {
      B.CreateUnreachable();
      return;
    }
    if (Others.empty()) {
      B.CreateBr(Last);
      return;
    }
    SwitchInst *Switch = B.CreateSwitch(Exit, Last, Others.size());
    for (auto [Number, To] : Others)
      Switch->addCase(B.getInt32(Number), To);
  }

  /// What the handlers and cleanups around the block look at: the exception
  /// where the block's own pads put it.
  BasicBlock *makePad(AllocaInst *Pack) {
    BasicBlock *BB = BasicBlock::Create(C, "", &F, Before->getNextNode());
    IRBuilder<> B(C);
    insertInto(BB, B);
    Type *T = Pads.front()->getType();
    LandingPadInst *Pad = B.CreateLandingPad(T, 0);
    SmallPtrSet<Value *, 4> Asked = typesAskedForOutside();
    SmallPtrSet<Value *, 4> Seen;
    for (LandingPadInst *Own : Pads) {
      if (Own->isCleanup())
        Pad->setCleanup(true);
      for (unsigned I = 0; I != Own->getNumClauses(); ++I) {
        Constant *Clause = Own->getClause(I);
        if ((Own->isFilter(I) || Clause->isNullValue() ||
             Asked.contains(Clause->stripPointerCasts())) &&
            Seen.insert(Clause).second)
          Pad->addClause(Clause);
      }
    }
    if (!Pad->getNumClauses())
      Pad->setCleanup(true);

    auto Put = [&](User *Source, Value *Mine) {
      for (User *U : Source->users())
        if (auto *Store = dyn_cast<StoreInst>(U);
            Store && Store->getValueOperand() == Source)
          if (auto *Slot = dyn_cast<AllocaInst>(Store->getPointerOperand());
              Slot && !is_contained(Locals.Own, Slot) && Slots.insert(Slot))
            B.CreateStore(Mine, Slot);
    };
    for (LandingPadInst *Own : Pads) {
      Put(Own, Pad);
      for (User *U : Own->users())
        if (auto *Part = dyn_cast<ExtractValueInst>(U))
          Put(Part, B.CreateExtractValue(Pad, Part->getIndices()));
    }
    goOn(BB, Pack, /*IsUnwinding=*/true);
    return BB;
  }

  SmallPtrSet<Value *, 4> typesAskedForOutside() {
    SmallPtrSet<Value *, 4> Types;
    for (const BlockExit &E : Block.Exits)
      if (E.IsUnwinding)
        addTypesAskedFor(E.To, Types);
    return Types;
  }

  // --- The body --------------------------------------------------------------
  void makeBody() {
    Body =
        Function::Create(FunctionType::get(Type::getVoidTy(C), {PtrTy}, false),
                         GlobalValue::InternalLinkage, F.getAddressSpace(),
                         F.getName() + ".stm_block", &M);
    Body->setDSOLocal(true);
    Body->setAttributes(
        AttributeList::get(C, AttributeList::FunctionIndex,
                           AttrBuilder(C, F.getAttributes().getFnAttrs())));
    for (Attribute::AttrKind Kind :
         {Attribute::AlwaysInline, Attribute::InlineHint, Attribute::NoReturn,
          Attribute::ReturnsTwice, Attribute::AllocSize, Attribute::AllocKind,
          Attribute::PresplitCoroutine})
      Body->removeFnAttr(Kind);
    for (StringRef Kind :
         {TransactionAttr, SafeAttr, PureAttr, CopyAttr, NoVersionAttr})
      Body->removeFnAttr(Kind);
    Body->addFnAttr(ThunkAttr); // The pack is this call's own.
  }

  /// The basic blocks, what they use, and the exits.
  void moveInside() {
    BasicBlock *Entry = BasicBlock::Create(C, "", Body);
    IRBuilder<> B(Entry);
    Value *Pack = Body->getArg(0);
    for (Value *V : Locals.Values)
      Moved[V] = B.CreateLoad(V->getType(), field(B, Pack, Field[V]));
    for (AllocaInst *V : Locals.ByAddress)
      Moved[V] = B.CreateLoad(V->getType(), field(B, Pack, Field[V]));
    for (auto [V, IsWritten] : Locals.ByCopy) {
      AllocaInst *Copy = B.CreateAlloca(typeOf(*V));
      Copy->setAlignment(V->getAlign());
      Moved[V] = Copy;
    }
    for (auto [V, IsWritten] : Locals.ByCopy)
      copyVariable(B, typeOf(*V), Moved[V], field(B, Pack, Field[V]));
    B.CreateBr(Block.Entry);

    for (AllocaInst *V : Locals.ByAddress)
      dropLifetimes(*V);
    for (auto [V, IsWritten] : Locals.ByCopy)
      dropLifetimes(*V);
    for (BasicBlock *BB : Block.Inside) {
      BB->removeFromParent();
      BB->insertInto(Body);
    }
    for (AllocaInst *V : Locals.Own)
      V->moveBefore(*Entry, Entry->begin());
    for (auto [Old, New] : Moved)
      Old->replaceUsesWithIf(New, [&](Use &U) {
        auto *I = dyn_cast<Instruction>(U.getUser());
        return I && I->getFunction() == Body && I->getParent() != Entry;
      });
  }

  /// Those in the block went to the body, where they would mean nothing; those
  /// that are left must not say that the variable is dead meanwhile.
  void dropLifetimes(AllocaInst &Variable) {
    SmallVector<IntrinsicInst *> Markers;
    bool AnyInside = false;
    for (User *U : Variable.users())
      if (auto *Marker = dyn_cast<IntrinsicInst>(U);
          Marker && Marker->isLifetimeStartOrEnd()) {
        Markers.push_back(Marker);
        AnyInside |= Block.contains(Marker);
      }
    if (AnyInside)
      for (IntrinsicInst *Marker : Markers)
        Marker->eraseFromParent();
  }

  void endBody() {
    BasicBlock &Entry = Body->getEntryBlock();
    SmallVector<DebugLoc> Lines;
    for (const BlockExit &E : Block.Exits) {
      Lines.push_back(E.From->getTerminator()->getDebugLoc());
      E.From->getTerminator()->eraseFromParent();
      new UnreachableInst(C, E.From); // For now.
    }
    AllocaInst *InFlight = nullptr;
    if (!Pads.empty()) {
      InFlight = new AllocaInst(Pads.front()->getType(),
                                M.getDataLayout().getAllocaAddrSpace(), "",
                                Entry.begin());
      for (LandingPadInst *&Pad : Pads) {
        Pad = withoutOuterClauses(Pad);
        IRBuilder<> B(Pad->getParent(),
                      Pad->getParent()->getFirstInsertionPt());
        B.CreateStore(Pad, InFlight);
      }
    }
    if (any_of(Block.Inside, [](BasicBlock *BB) { return BB->isLandingPad(); }))
      Body->setPersonalityFn(F.getPersonalityFn());

    Value *Pack = Body->getArg(0);
    for (auto [Number, E] : enumerate(Block.Exits)) {
      E.From->getTerminator()->eraseFromParent();
      IRBuilder<> B(E.From);
      B.SetCurrentDebugLocation(Lines[Number] ? Lines[Number] : Call.Location);
      for (auto [V, IsWritten] : Locals.ByCopy)
        if (IsWritten)
          copyVariable(B, typeOf(*V), field(B, Pack, ResultField[V]), Moved[V]);
      if (Block.Exits.size() > 1)
        B.CreateStore(B.getInt32(Number), field(B, Pack, ExitField));
      if (E.IsUnwinding)
        B.CreateResume(B.CreateLoad(InFlight->getAllocatedType(), InFlight));
      else
        B.CreateRetVoid();
    }
  }

  const BlockShape &Block;
  const BlockCall &Call;
  Function &F;
  Module &M;
  LLVMContext &C;
  BasicBlock *Before;
  BlockLocals Locals;
  PointerType *PtrTy;

  SmallVector<LandingPadInst *> Pads;
  SmallSetVector<AllocaInst *, 4> Slots; ///< Of the exception, outside.
  StructType *PackTy = nullptr;
  unsigned ExitField = 0;
  DenseMap<Value *, unsigned> Field, ResultField;
  Function *Body = nullptr;
  DenseMap<Value *, Value *> Moved;
};

} // namespace

BlockCall describeCall(const CallInst &Begin) {
  auto *Line = dyn_cast<ConstantInt>(Begin.getArgOperand(4));
  BlockKind Kind = kindOf(Begin);
  return {Kind == BlockKind::Snapshot ? "__stm_snapshot"
          : Kind == BlockKind::First  ? "__stm_nested"
                                      : "__stm_atomic",
          Begin.getArgOperand(2),
          Begin.getArgOperand(3),
          Line ? unsigned(Line->getZExtValue()) : 0,
          Begin.getDebugLoc(),
          Kind == BlockKind::First ? Begin.getArgOperand(0)->stripPointerCasts()
                                   : nullptr};
}

void makeBlockBody(const BlockShape &Block, const BlockCall &Call) {
  Outliner(Block, Call).run();
}

} // namespace stm
