//===- pass/SettledGlobals.cpp - what no transaction writes ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SettledGlobals.h"
#include "Diagnostics.h"
#include "Versions.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

#define DEBUG_TYPE "stm-settled"

using namespace llvm;

namespace stm {

STATISTIC(NumSettled, "Loads of variables that no transaction writes");

namespace {

/// The loads of one variable by versions; nothing if it isn't settled.
class Uses {
public:
  explicit Uses(GlobalVariable &G)
      : IsSettled(G.hasLocalLinkage() && !G.isDeclaration() &&
                  !G.isConstant() && !G.isThreadLocal() &&
                  !G.hasAttribute(LocalAttr) && G.getAddressSpace() == 0 &&
                  look(G)) {}

  ArrayRef<LoadInst *> loads() const {
    return IsSettled ? ArrayRef(Loads) : ArrayRef<LoadInst *>();
  }

private:
  bool look(Value &Address) {
    return all_of(Address.uses(), [&](Use &U) { return look(U); });
  }

  bool look(Use &U) {
    User &By = *U.getUser();
    if (isa<GEPOperator, PHINode, SelectInst>(By) ||
        Operator::getOpcode(&By) == Instruction::AddrSpaceCast)
      return !Seen.insert(&By).second || look(By);
    auto *I = dyn_cast<Instruction>(&By);
    if (!I)
      return false;
    bool InVersion = isVersion(*I->getFunction());
    if (auto *Load = dyn_cast<LoadInst>(I)) {
      if (InVersion)
        Loads.push_back(Load);
      return Load->isSimple();
    }
    if (auto *Store = dyn_cast<StoreInst>(I))
      return Store->isSimple() && !InVersion &&
             U.getOperandNo() == StoreInst::getPointerOperandIndex();
    if (auto *Copy = dyn_cast<MemIntrinsic>(I))
      return !Copy->isVolatile() &&
             (!InVersion || &Copy->getRawDestUse() != &U);
    return false;
  }

  SmallVector<LoadInst *> Loads;
  SmallPtrSet<const User *, 16> Seen;
  bool IsSettled;
};

} // namespace

PreservedAnalyses SettledGlobalsPass::run(Module &M, ModuleAnalysisManager &) {
  MDNode *Mark = MDNode::get(M.getContext(), {});
  for (GlobalVariable &G : M.globals()) {
    Uses OfG(G);
    for (LoadInst *Load : OfG.loads()) {
      // One of several that the address may be of.
      if (getUnderlyingObject(Load->getPointerOperand()) != &G)
        continue;
      ++NumSettled;
      Load->setMetadata(SettledMD, Mark);
    }
  }
  verifyAfter("SettledGlobals", M);
  return PreservedAnalyses::none();
}

} // namespace stm
