//===- pass/BlockDebugInfo.cpp - debug information of blocks ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockDebugInfo.h"
#include "Outlining.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace stm {
namespace {

template <class Callback> void forEachRecord(Function &F, Callback C) {
  for (Instruction &I : instructions(F))
    for (DbgRecord &R : make_early_inc_range(I.getDbgRecordRange()))
      C(R);
}

/// The first place where \p Variable is alive.
Instruction *declarationPoint(AllocaInst &Variable) {
  for (User *U : Variable.users())
    if (auto *Marker = dyn_cast<IntrinsicInst>(U);
        Marker && Marker->getIntrinsicID() == Intrinsic::lifetime_start)
      return Marker->getNextNode();
  return &*Variable.getFunction()
               ->getEntryBlock()
               .getFirstNonPHIOrDbgOrAlloca();
}

/// Lets \p Record mean the values of \p To instead of those of \p From; what is
/// in neither function is no longer known.
void adaptRecord(DbgVariableRecord &Record, const Function &To,
                 const DenseMap<Value *, Value *> &Moved) {
  for (Value *Old : SmallVector<Value *>(Record.location_ops())) {
    if (Value *New = Moved.lookup(Old)) {
      Record.replaceVariableLocationOp(Old, New);
      continue;
    }
    auto *I = dyn_cast_or_null<Instruction>(Old);
    auto *A = dyn_cast_or_null<Argument>(Old);
    if ((A && A->getParent() != &To) || (I && I->getFunction() != &To)) {
      Record.setKillLocation();
      return;
    }
  }
}

} // namespace

void declareVariablesByAddress(Function &F) {
  if (!F.getSubprogram())
    return;
  for (Instruction &I : instructions(F)) {
    if (auto *Variable = dyn_cast<AllocaInst>(&I)) {
      SmallDenseSet<DebugVariable, 2> Declared;
      for (DbgVariableRecord *Marker : at::getDVRAssignmentMarkers(Variable))
        if (Declared.insert(DebugVariable(Marker)).second) {
          Instruction *Point = declarationPoint(*Variable);
          Point->getParent()->insertDbgRecordBefore(
              DbgVariableRecord::createDVRDeclare(
                  Variable, Marker->getVariable(),
                  Marker->getAddressExpression(), Marker->getDebugLoc()),
              Point->getIterator());
        }
    }
  }
  at::deleteAll(&F);
  for (Instruction &I : instructions(F))
    I.setMetadata(LLVMContext::MD_DIAssignID, nullptr);
}

void dropDebugInfo(AllocaInst &Variable) {
  forEachRecord(*Variable.getFunction(), [&](DbgRecord &R) {
    if (auto *V = dyn_cast<DbgVariableRecord>(&R);
        V && is_contained(V->location_ops(), &Variable))
      V->eraseFromParent();
  });
}

void adaptDebugInfo(Function &Body, Function &Source,
                    const DenseMap<Value *, Value *> &Moved, unsigned Line) {
  // What is known outside about values that are inside now.
  forEachRecord(Source, [&](DbgRecord &R) {
    if (auto *V = dyn_cast<DbgVariableRecord>(&R))
      adaptRecord(*V, Source, DenseMap<Value *, Value *>());
  });
  forEachRecord(Body, [&](DbgRecord &R) {
    if (auto *V = dyn_cast<DbgVariableRecord>(&R))
      adaptRecord(*V, Body, Moved);
  });

  locate(Body, Source, Line);
  DISubprogram *SP = Body.getSubprogram();
  if (!SP)
    return;
  LLVMContext &C = Body.getContext();
  DILocation *Call = DILocation::getDistinct(C, Line, 0, SP);
  DenseMap<const MDNode *, MDNode *> Cache;
  auto Adapt = [&](const DebugLoc &Loc) {
    if (!Loc)
      return Loc;
    DebugLoc At = DebugLoc::appendInlinedAt(Loc, Call, C, Cache);
    return DebugLoc(DILocation::get(C, Loc.getLine(), Loc.getCol(),
                                    Loc.getScope(), At.getAsMDNode()));
  };
  for (Instruction &I : instructions(Body)) {
    I.setDebugLoc(Adapt(I.getDebugLoc()));
    updateLoopMetadataDebugLocations(I, [&](Metadata *M) -> Metadata * {
      auto *Loc = dyn_cast_or_null<DILocation>(M);
      return Loc ? Adapt(Loc).get() : M;
    });
  }
  forEachRecord(Body,
                [&](DbgRecord &R) { R.setDebugLoc(Adapt(R.getDebugLoc())); });
}

} // namespace stm
