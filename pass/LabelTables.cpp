//===- pass/LabelTables.cpp - labels as values ----------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LabelTables.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace stm {
namespace {

/// Follows the labels of a function to where they are used.
class LabelUses {
public:
  explicit LabelUses(const Function &F) : F(F) {
    for (const BasicBlock &BB : F)
      if (BB.hasAddressTaken())
        if (const auto *Label = BlockAddress::lookup(&BB))
          followLabel(*Label);
  }

  bool Escape = false;
  SmallSetVector<const GlobalVariable *, 2> Tables;

private:
  /// \p Label: one, or what has been computed from one.
  void followLabel(const Value &Label) {
    if (!Seen.insert(&Label).second)
      return;
    for (const User *U : Label.users()) {
      if (Escape)
        return;
      if (auto *Table = dyn_cast<GlobalVariable>(U)) {
        Tables.insert(Table);
        // Of one that other files know they may have another copy.
        Escape |= !Table->hasLocalLinkage() || Table->isThreadLocal();
        followTable(*Table);
      } else if (auto *Store = dyn_cast<StoreInst>(U)) {
        const Value *To = getUnderlyingObject(Store->getPointerOperand());
        Escape |= Store->getFunction() != &F ||
                  Store->getPointerOperand() == &Label || !isa<AllocaInst>(To);
        if (!Escape)
          followTable(*To); // A variable that holds some.
      } else if (isa<ConstantExpr, ConstantAggregate>(U)) {
        followLabel(*U);
      } else {
        auto *I = dyn_cast<Instruction>(U);
        if (!I || I->getFunction() != &F)
          Escape = true;
        else if (isa<PHINode, SelectInst, GetElementPtrInst, CastInst,
                     BinaryOperator>(I))
          followLabel(*I);
        else
          Escape |= !isa<IndirectBrInst, CmpInst>(I);
      }
    }
  }

  /// \p Place: a table or a variable, or where in it.
  void followTable(const Value &Place) {
    if (!Seen.insert(&Place).second)
      return;
    bool IsVariable = isa<AllocaInst>(getUnderlyingObject(&Place));
    for (const User *U : Place.users()) {
      // Whatever it is, it can't be known outside.
      if (auto *Store = dyn_cast<StoreInst>(U);
          Store && IsVariable && Store->getValueOperand() != &Place)
        continue;
      auto *Mark = dyn_cast<IntrinsicInst>(U);
      if (Mark && Mark->isAssumeLikeIntrinsic())
        continue;
      auto *I = dyn_cast<Instruction>(U);
      if (Escape || (I ? I->getFunction() != &F : !isa<ConstantExpr>(U))) {
        Escape = true;
        return;
      }
      if (isa<LoadInst>(U))
        followLabel(*U);
      else if (isa<GEPOperator, PHINode, SelectInst>(U))
        followTable(*U);
      else
        Escape = true;
    }
  }

  const Function &F;
  SmallPtrSet<const Value *, 32> Seen;
};

} // namespace

bool labelsEscape(const Function &F) { return LabelUses(F).Escape; }

LabelTables::LabelTables(const Function &F, ValueToValueMapTy &Map) {
  for (const GlobalVariable *Table : LabelUses(F).Tables) {
    auto *Old = const_cast<GlobalVariable *>(Table);
    auto *New = new GlobalVariable(
        *Old->getParent(), Old->getValueType(), /*isConstant=*/true,
        GlobalValue::InternalLinkage, nullptr, Old->getName(), Old);
    New->copyAttributesFrom(Old);
    Map[Old] = New;
    OldAndNew.push_back({Old, New});
  }
}

void LabelTables::fillIn(ValueToValueMapTy &Map, Comdat *Group) {
  for (auto [Old, New] : OldAndNew) {
    New->setInitializer(MapValue(Old->getInitializer(), Map));
    New->setComdat(Group);
  }
}

Function *cloneWithLabels(Function &F) {
  ValueToValueMapTy Map;
  LabelTables Tables(F, Map);
  Function *Clone = CloneFunction(&F, Map);
  Tables.fillIn(Map);
  return Clone;
}

} // namespace stm
