//===- pass/ReservedNames.cpp - names of versions to come -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ReservedNames.h"
#include "FunctionPolicy.h"
#include "LowerInevitability.h"
#include "RuntimeCalls.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace stm {
namespace {

/// The value is the original's name.
constexpr StringLiteral ReservedAttr = "stm-reserved";

void reserve(GlobalValue &Original, Function &F) {
  Module &M = *F.getParent();
  std::string Name = versionName(Original.getName());
  if (M.getNamedValue(Name))
    return;
  auto *R = Function::Create(F.getFunctionType(), Original.getLinkage(),
                             F.getAddressSpace(), Name, &M);
  R->setVisibility(Original.getVisibility());
  R->setDLLStorageClass(Original.getDLLStorageClass());
  R->setDSOLocal(Original.isDSOLocal());
  R->setCallingConv(F.getCallingConv());
  if (const Comdat *C = F.getComdat(); C && &Original == &F) {
    Comdat *Own = M.getOrInsertComdat(versionName(C->getName()));
    Own->setSelectionKind(C->getSelectionKind());
    R->setComdat(Own);
  }
  R->setAttributes(F.getAttributes());
  keepSoundAttributes(*R);
  R->addFnAttr(ReservedAttr, Original.getName());
  R->addFnAttr(NoVersionAttr);
  // Nothing is inferred of it.
  for (StringRef Kind : {"optsize", "minsize", "optdebug"})
    if (auto K = Attribute::getAttrKindFromName(Kind); K != Attribute::None)
      R->removeFnAttr(K);
  R->addFnAttr(Attribute::NoInline);
  R->addFnAttr(Attribute::OptimizeNone);
  IRBuilder<>(BasicBlock::Create(M.getContext(), "", R)).CreateUnreachable();
}

/// Has \p Call of a function that has no version stand in one.
void makeSound(IRBuilder<> &B, CallInst &Call) {
  Module &M = *B.GetInsertBlock()->getModule();
  auto *Callee = dyn_cast<Function>(Call.getCalledOperand());
  B.SetInsertPoint(&Call);
  if (!Callee || policyFor(*Callee) != CallPolicy::AsItStands) {
    emitBecomeInevitable(B,
                         Callee ? "call to " + printableName(*Callee) : "call");
    Call.setMetadata(InevitableMD, MDNode::get(M.getContext(), {}));
  } else if (Callee->hasFnAttribute(PureAttr) &&
             !Callee->doesNotAccessMemory()) {
    B.CreateCall(getRuntime(M, Runtime::__stm_before_telling));
  }
}

void callOriginal(Function &R) {
  Module &M = *R.getParent();
  StringRef Name = R.getFnAttribute(ReservedAttr).getValueAsString();
  FunctionCallee Original = M.getOrInsertFunction(Name, R.getFunctionType());
  BasicBlock &Body = R.getEntryBlock();
  Body.getTerminator()->eraseFromParent();
  IRBuilder<> B(&Body);
  SmallVector<Value *> Args(make_pointer_range(R.args()));
  CallInst *Call = B.CreateCall(Original, Args);
  Call->setCallingConv(R.getCallingConv());
  Call->setAttributes(R.getAttributes().removeFnAttributes(M.getContext()));
  // The only kind that passes on what it can't name.
  Call->setTailCallKind(R.isVarArg() ? CallInst::TCK_MustTail
                                     : CallInst::TCK_None);
  if (Call->getType()->isVoidTy())
    B.CreateRetVoid();
  else
    B.CreateRet(Call);
  makeSound(B, *Call);
  R.removeFnAttr(NoVersionAttr);
  R.removeFnAttr(Attribute::OptimizeNone);
  R.removeFnAttr(ReservedAttr);
  R.addFnAttr(VersionAttr, Name);
}

} // namespace

void reserveVersionNames(Module &M) {
  SmallVector<std::pair<GlobalValue *, Function *>> Names;
  for (Function &F : M)
    if (hasVersionForOthers(F) && !F.hasFnAttribute(AllocatesAttr))
      Names.push_back({&F, &F});
  for (GlobalAlias &A : M.aliases())
    if (Function *F = A.hasLocalLinkage() ? nullptr : knownFunction(&A);
        F && !isReplaceable(*F) && mayHaveVersion(*F) &&
        !F->hasFnAttribute(AllocatesAttr))
      Names.push_back({&A, F});
  for (auto [Original, F] : Names)
    reserve(*Original, *F);
}

Function *reservedFor(const Module &M, StringRef Original) {
  Function *R = M.getFunction(versionName(Original));
  return R && R->hasFnAttribute(ReservedAttr) ? R : nullptr;
}

bool isCalledByName(const GlobalValue &F) {
  const Function *R = reservedFor(*F.getParent(), F.getName());
  return R && !R->isDeclaration() && !R->hasLocalLinkage();
}

bool takeReservedName(GlobalValue &V, StringRef Original) {
  Function *R = reservedFor(*V.getParent(), Original);
  if (!R || R->isDeclaration()) // Another's is taken.
    return false;
  V.setLinkage(R->getLinkage());
  V.setVisibility(R->getVisibility());
  V.setDLLStorageClass(R->getDLLStorageClass());
  V.setDSOLocal(R->isDSOLocal());
  if (auto *F = dyn_cast<Function>(&V))
    F->setComdat(R->getComdat());
  R->replaceAllUsesWith(&V);
  V.takeName(R);
  R->eraseFromParent();
  return true;
}

void fillInReserved(Module &M) {
  for (Function &F : make_early_inc_range(M)) {
    if (!F.hasFnAttribute(ReservedAttr))
      continue;
    if ((F.hasLocalLinkage() || F.isDeclaration()) && F.use_empty())
      F.eraseFromParent();
    else if (!F.isDeclaration())
      callOriginal(F);
  }
}

} // namespace stm
