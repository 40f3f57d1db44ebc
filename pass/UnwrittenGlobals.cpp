//===- pass/UnwrittenGlobals.cpp - what no transaction writes
//---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UnwrittenGlobals.h"
#include "Diagnostics.h"
#include "Versions.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

#define DEBUG_TYPE "stm-unwritten"

using namespace llvm;

namespace stm {

STATISTIC(NumUnwritten, "Loads of variables that no transaction writes");

namespace {

/// Functions that no transaction can call, here or in another file, also not
/// one that is inevitable: main, the initializers of static variables, and
/// local functions that only these call.
class PlainFunctions {
public:
  explicit PlainFunctions(Module &M) {
    for (Function &F : M)
      if (!F.isDeclaration() && !isVersion(F) &&
          (F.getName() == "main" || F.hasLocalLinkage()))
        All.insert(&F);
    auto IsCalledOtherwise = [&](Function *F) {
      return F->getName() != "main" &&
             any_of(F->uses(), [&](Use &U) { return !isPlainUse(U); });
    };
    for (size_t Before = 0; Before != All.size();) {
      Before = All.size();
      All.remove_if(IsCalledOtherwise);
    }
  }

  bool contains(Function &F) const { return All.contains(&F); }

private:
  bool isPlainUse(Use &U) const {
    if (auto *Call = dyn_cast<CallBase>(U.getUser()))
      return Call->isCallee(&U) && contains(*Call->getFunction());
    return isInConstructors(*U.getUser());
  }

  static bool isInConstructors(User &By) {
    if (auto *List = dyn_cast<GlobalVariable>(&By))
      return List->getName() == "llvm.global_ctors";
    return isa<ConstantAggregate>(By) && all_of(By.users(), [](User *Next) {
             return isInConstructors(*Next);
           });
  }

  SetVector<Function *> All;
};

/// The loads of one variable by versions; nothing if it isn't unwritten.
class Uses {
public:
  Uses(GlobalVariable &G, const PlainFunctions &Plain)
      : Plain(Plain),
        IsUnwritten(G.hasLocalLinkage() && !G.isDeclaration() &&
                    !G.isConstant() && !G.isThreadLocal() &&
                    !G.hasAttribute(LocalAttr) && G.getAddressSpace() == 0 &&
                    !G.hasSection() && // Where others may find it.
                    look(G)) {}

  ArrayRef<LoadInst *> loads() const {
    return IsUnwritten ? ArrayRef(Loads) : ArrayRef<LoadInst *>();
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
      return Store->isSimple() && Plain.contains(*I->getFunction()) &&
             U.getOperandNo() == StoreInst::getPointerOperandIndex();
    if (auto *Copy = dyn_cast<MemIntrinsic>(I))
      return !Copy->isVolatile() && (Plain.contains(*I->getFunction()) ||
                                     &Copy->getRawDestUse() != &U);
    return false;
  }

  const PlainFunctions &Plain;
  SmallVector<LoadInst *> Loads;
  SmallPtrSet<const User *, 16> Seen;
  bool IsUnwritten;
};

} // namespace

PreservedAnalyses UnwrittenGlobalsPass::run(Module &M,
                                            ModuleAnalysisManager &) {
  MDNode *Mark = MDNode::get(M.getContext(), {});
  PlainFunctions Plain(M);
  for (GlobalVariable &G : M.globals()) {
    Uses OfG(G, Plain);
    if (!OfG.loads().empty())
      G.addAttribute(UnwrittenAttr); // See SettledAccesses.
    for (LoadInst *Load : OfG.loads()) {
      // One of several that the address may be of.
      if (getUnderlyingObject(Load->getPointerOperand()) != &G)
        continue;
      ++NumUnwritten;
      Load->setMetadata(UnwrittenMD, Mark);
    }
  }
  verifyAfter("UnwrittenGlobals", M);
  return PreservedAnalyses::none();
}

} // namespace stm
