//===- pass/StaticSites.cpp - where blocks stand, as constants --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StaticSites.h"
#include "Diagnostics.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

#define DEBUG_TYPE "stm-sites"

using namespace llvm;

namespace stm {

STATISTIC(NumStaticSites, "Sites of blocks that are constants");

namespace {

/// Whether \p Call begins a block at a site, its third argument.
bool beginsBlock(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Call.arg_size() == 3 &&
         (Callee->getName() == "__stm_atomic" ||
          Callee->getName() == "__stm_snapshot");
}

/// An stm_site (stm/abi.h) on the stack, of one block: the calls that begin it,
/// several where a loop has been unrolled.
class Site {
public:
  explicit Site(AllocaInst &Memory)
      : Memory(Memory), DL(Memory.getModule()->getDataLayout()) {}

  /// False if it isn't known what is in it.
  bool find() {
    LLVMContext &C = Memory.getContext();
    Type *Ptr = PointerType::getUnqual(C);
    Layout = StructType::get(C, {Ptr, Ptr, Type::getInt32Ty(C)});
    Fields.assign(3, nullptr);
    return Memory.isStaticAlloca() && DL.getPointerSize() == 8 &&
           findUses(Memory) && !is_contained(Fields, nullptr);
  }

  void makeConstant() {
    Module &M = *Memory.getModule();
    auto *Constant = new GlobalVariable(
        M, Layout, /*isConstant=*/true, GlobalValue::PrivateLinkage,
        ConstantStruct::get(Layout, Fields), "stm.site");
    Constant->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    Constant->setAlignment(Align(8));
    for (CallBase *Call : Calls)
      Call->setArgOperand(2, Constant);
    // Those that compute an address come before those that use it.
    for (Instruction *I : reverse(Dead))
      I->eraseFromParent();
    Memory.eraseFromParent();
  }

private:
  bool findUses(Instruction &Pointer) {
    for (User *U : Pointer.users()) {
      auto *I = cast<Instruction>(U);
      if (auto *Call = dyn_cast<CallBase>(I); Call && beginsBlock(*Call)) {
        if (&Pointer != &Memory || Call->getArgOperand(2) != &Memory ||
            count(Call->operand_values(), &Memory) != 1)
          return false;
        Calls.push_back(Call);
        continue;
      }
      Dead.push_back(I);
      auto *Store = dyn_cast<StoreInst>(I);
      if (Store ? !noteStore(*Store) : !isHarmless(*I))
        return false;
    }
    return true;
  }

  bool isHarmless(Instruction &I) {
    if (auto *Address = dyn_cast<GetElementPtrInst>(&I))
      return findUses(*Address);
    return I.isLifetimeStartOrEnd();
  }

  /// What is read before it was stored may be anything, so this, too.
  bool noteStore(StoreInst &Store) {
    int64_t Offset = 0;
    auto *Value = dyn_cast<Constant>(Store.getValueOperand());
    if (!Value || !Store.isSimple() ||
        GetPointerBaseWithConstantOffset(Store.getPointerOperand(), Offset,
                                         DL) != &Memory ||
        (Offset != 0 && Offset != 8 && Offset != 16))
      return false;
    Constant *&Field = Fields[Offset / 8];
    if ((Field && Field != Value) ||
        Value->getType() != Layout->getElementType(Offset / 8))
      return false;
    Field = Value;
    return true;
  }

  AllocaInst &Memory;
  const DataLayout &DL;
  SmallVector<CallBase *, 1> Calls;
  StructType *Layout = nullptr;
  SmallVector<Constant *, 3> Fields;
  SmallVector<Instruction *, 8> Dead;
};

} // namespace

PreservedAnalyses StaticSitesPass::run(Module &M, ModuleAnalysisManager &) {
  SmallSetVector<AllocaInst *, 8> Sites;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I); Call && beginsBlock(*Call))
        if (auto *Memory = dyn_cast<AllocaInst>(Call->getArgOperand(2)))
          Sites.insert(Memory);
  bool Changed = false;
  for (AllocaInst *Memory : Sites)
    if (Site S(*Memory); S.find()) {
      S.makeConstant();
      ++NumStaticSites;
      Changed = true;
    }
  verifyAfter("StaticSites", M);
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace stm
