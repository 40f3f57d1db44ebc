//===- pass/SelectFunctions.cpp - which functions get a version -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SelectFunctions.h"
#include "FunctionPolicy.h"
#include "Options.h"
#include "ReservedNames.h"
#include "Versions.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace stm {
namespace {

/// Whether a value that stands in \p G is one that the program can call.
bool isProgramData(const GlobalVariable &G) {
  return !G.getName().starts_with("llvm.") &&
         G.getSection() != "llvm.metadata" &&
         // Gone soon; what it names may not even be linkable from here.
         !G.hasAvailableExternallyLinkage();
}

bool isAddressUse(const Use &U) {
  auto *Call = dyn_cast<CallBase>(U.getUser());
  if (!Call)
    return true;
  if (Call->isCallee(&U))
    return false;
  // A body that goes into __stm_atomic is called as what it is.
  return !Call->isArgOperand(&U) ||
         Call->getArgOperandNo(&U) >= bodiesIn(*Call);
}

bool isAddressTaken(const Function &F) {
  SmallVector<const Value *> Worklist = {&F};
  SmallPtrSet<const Value *, 8> Seen;
  while (!Worklist.empty()) {
    for (const Use &U : Worklist.pop_back_val()->uses()) {
      const User *User = U.getUser();
      if (auto *I = dyn_cast<Instruction>(User)) {
        if (!I->getFunction()->hasAvailableExternallyLinkage() &&
            !isVersion(*I->getFunction()) && isAddressUse(U))
          return true;
      } else if (auto *G = dyn_cast<GlobalVariable>(User)) {
        if (isProgramData(*G))
          return true;
      } else if (!isa<Function, BlockAddress>(User) &&
                 Seen.insert(User).second) {
        Worklist.push_back(User);
      }
    }
  }
  return false;
}

/// What is called from other files under its own name.
bool isCallableFromElsewhere(const Function &F) {
  return !F.hasLocalLinkage() && !F.hasLinkOnceLinkage() &&
         F.getName() != "main";
}

bool wantsVersion(const Function &F) {
  CallPolicy Policy = policyFor(F);
  return Policy != CallPolicy::AsItStands && Policy != CallPolicy::Wrapped &&
         Policy != CallPolicy::Inevitable;
}

} // namespace

Function *knownFunction(Value *V) {
  V = V->stripPointerCasts();
  while (auto *Alias = dyn_cast<GlobalAlias>(V)) {
    if (Alias->isInterposable())
      return nullptr;
    V = Alias->getAliasee()->stripPointerCasts();
  }
  return dyn_cast<Function>(V);
}

bool isReplaceable(const Function &F) {
  return !F.isDeclaration() && F.isInterposable();
}

bool mayHaveVersion(const Function &F) {
  return canHaveVersion(F) && wantsVersion(F) && !F.hasFnAttribute(DoneAttr);
}

bool hasVersionForOthers(const Function &F) {
  return isCallableFromElsewhere(F) && F.hasName() &&
         !GlobalValue::isInterposableLinkage(F.getLinkage()) &&
         mayHaveVersion(F);
}

unsigned bodiesIn(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  if (!Callee)
    return 0;
  return StringSwitch<unsigned>(Callee->getName())
      .Case("__stm_atomic", 1)
      .Case("__stm_snapshot", 1)
      .Case("__stm_atomic_tx", 2)
      .Case("__stm_atomic_ro_tx", 2)
      .Case("__stm_atomic_lazy_tx", 2)
      .Case("__stm_atomic_ro_lazy_tx", 2)
      .Case("__stm_atomic_wf_tx", 2)
      .Case("__stm_atomic_wf_lazy_tx", 2)
      .Case("__stm_snapshot_tx", 2)
      .Default(0);
}

bool runsAtomicBlock(const CallBase &Call) {
  return bodiesIn(Call) == 2 &&
         Call.getCalledFunction()->getName() != "__stm_snapshot_tx";
}

static bool isBlock(const CallBase &Call, StringRef Entry) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->getName() == Entry && Call.arg_size() == 3;
}

bool isSnapshot(const CallBase &Call) {
  return isBlock(Call, "__stm_snapshot");
}

bool isAtomicBlock(const CallBase &Call) {
  return isBlock(Call, "__stm_atomic") || isSnapshot(Call);
}

Function *Selection::bodyOf(Function &Original) const {
  if (Function *Copy = Copies.lookup(&Original))
    return Copy;
  return Original.isDeclaration() || Original.hasAvailableExternallyLinkage()
             ? nullptr
             : &Original;
}

Selection::Selection(Module &M) {
  const bool AtLink = hasMark(M, AtLinkMD);
  for (Function &F : M) {
    if (!F.hasFnAttribute(CopyAttr))
      continue;
    StringRef Name = F.getFnAttribute(CopyAttr).getValueAsString();
    // Of what a link has taken from elsewhere there may be no declaration.
    if (AtLink && reservedFor(M, Name))
      M.getOrInsertFunction(Name, F.getFunctionType());
    if (Function *Original = M.getFunction(Name))
      if (Original->isDeclaration() ||
          Original->hasAvailableExternallyLinkage())
        Copies[Original] = &F;
  }

  auto Add = [&](Function &F) {
    Function *Body = bodyOf(F);
    return Body && canHaveVersion(*Body) && wantsVersion(F) &&
           !F.hasFnAttribute(CopyAttr) && !F.hasFnAttribute(DoneAttr) &&
           Originals.insert(&F);
  };

  // A transaction of this module is a body that goes into __stm_atomic or
  // __stm_snapshot.
  SmallVector<Function *> Transactions;
  for (Function &F : M) {
    if (F.isIntrinsic() || isVersion(F))
      continue;
    if (isAddressTaken(F))
      AddressTaken.insert(&F);
    if ((F.hasFnAttribute(SafeAttr) || F.hasFnAttribute(WrapsAttr)) &&
        !F.isDeclaration())
      Transactions.push_back(&F);
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I); Call && isAtomicBlock(*Call))
        if (Function *Body = knownFunction(Call->getArgOperand(0)))
          Transactions.push_back(Body);
  }

  for (Function *F : Transactions) {
    Reached.insert(F);
    Add(*F);
  }
  for (Function *F : AddressTaken)
    Add(*F);
  if (AtLink) {
    for (Function &F : M)
      if (isCalledByName(F))
        Add(F);
    for (GlobalAlias &A : M.aliases())
      if (Function *F = isCalledByName(A) ? knownFunction(&A) : nullptr)
        Add(*F);
  } else if (clonePolicy() == ClonePolicy::All) {
    for (Function &F : M)
      if (isCallableFromElsewhere(F) && !F.hasAvailableExternallyLinkage())
        Add(F);
    for (GlobalAlias &A : M.aliases())
      if (!A.hasLocalLinkage())
        if (auto *F = knownFunction(&A))
          Add(*F);
  }

  // Originals grows meanwhile.
  auto Follow = [&](Function &Caller, auto &&Found) {
    Function *Body = bodyOf(Caller);
    if (!Body)
      return;
    for (Instruction &I : instructions(*Body))
      if (auto *Call = dyn_cast<CallBase>(&I)) {
        Value *Target = isAtomicBlock(*Call) ? Call->getArgOperand(0)
                                             : Call->getCalledOperand();
        if (Function *Callee = knownFunction(Target))
          Found(*Callee);
      }
  };
  for (unsigned I = 0; I != Originals.size(); ++I)
    Follow(*Originals[I], [&](Function &Callee) { Add(Callee); });

  SmallVector<Function *> Worklist(Transactions);
  while (!Worklist.empty())
    Follow(*Worklist.pop_back_val(), [&](Function &Callee) {
      if (Originals.contains(&Callee) && Reached.insert(&Callee).second)
        Worklist.push_back(&Callee);
    });
}

} // namespace stm
