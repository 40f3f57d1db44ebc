//===- pass/CapturedMemory.cpp - memory that needs no barrier ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CapturedMemory.h"
#include "LLVMCompat.h"
#include "Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Metadata.h"

using namespace llvm;

namespace stm {
namespace {

template <class Predicate> bool allObjects(const Value *Pointer, Predicate P) {
  if (!Pointer->getType()->isPointerTy())
    return false; // a vector of pointers
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects);
  return !Objects.empty() && all_of(Objects, P);
}

/// A vtable pointer, loaded plainly or by a barrier.
bool isVTablePointer(const Value *V) {
  if (const auto *Cast = dyn_cast<IntToPtrInst>(V))
    V = Cast->getOperand(0);
  const auto *I = dyn_cast<Instruction>(V);
  if (!I || !isa<LoadInst, CallInst>(I))
    return false;
  if (I->getMetadata(VTablePointerMD))
    return true;
  const MDNode *Tag = I->getMetadata(LLVMContext::MD_tbaa);
  return Tag && isa<LoadInst>(I) && Tag->isTBAAVtableAccess();
}

} // namespace

bool CapturedMemory::isPrivateObject(const Value *Object) {
  if (auto *A = dyn_cast<Argument>(Object)) {
    if (A->getParent()->hasFnAttribute(ThunkAttr))
      return A->getArgNo() == 0;
    if (A->hasAttribute(Attribute::SwiftError))
      return true; // a register
    if (!A->hasByValAttr())
      return false;
  } else if (auto *A = dyn_cast<AllocaInst>(Object)) {
    if (A->isSwiftError())
      return true;
  } else {
    return false;
  }
  auto [Entry, IsNew] = Cache.try_emplace(Object, false);
  if (IsNew) {
    bool IsPrivate = !addressMayBeCaptured(Object);
    Cache[Object] = IsPrivate;
    return IsPrivate;
  }
  return Entry->second;
}

bool CapturedMemory::isPrivate(const Value *Pointer) {
  return allObjects(Pointer, [&](const Value *O) {
    auto *G = dyn_cast<GlobalVariable>(O);
    return G ? G->hasAttribute(LocalAttr) : isPrivateObject(O);
  });
}

bool CapturedMemory::isConstant(const Value *Pointer) {
  return allObjects(Pointer, [](const Value *O) {
    if (auto *G = dyn_cast<GlobalVariable>(O))
      return G->isConstant();
    return isVTablePointer(O);
  });
}

// LLVM counts a volatile access as an escape, so isPrivate says no to every
// volatile local.
bool CapturedMemory::isOwnStack(const Value *Pointer) {
  return allObjects(Pointer, [](const Value *O) {
    auto *A = dyn_cast<Argument>(O);
    return isa<AllocaInst>(O) || (A && A->hasByValAttr());
  });
}

bool CapturedMemory::isCounter(const Value *Pointer) {
  return allObjects(Pointer, [](const Value *O) {
    auto *G = dyn_cast<GlobalVariable>(O);
    return G && (G->getName().starts_with("__profc_") ||
                 G->getName().starts_with("__profbm_") ||
                 G->getName().starts_with("__llvm_gcov_ctr") ||
                 G->getName().starts_with("__sancov_gen_"));
  });
}

bool CapturedMemory::isGuardTest(const Instruction &I) {
  auto *Load = dyn_cast<LoadInst>(&I);
  if (!Load || !Load->isAtomic() || Load->isVolatile())
    return false;
  auto *G =
      dyn_cast<GlobalVariable>(getUnderlyingObject(Load->getPointerOperand()));
  return G && G->getName().starts_with("_ZGV");
}

bool CapturedMemory::touchesOnlyOwnMemory(const CallBase &Call) {
  if (Call.doesNotAccessMemory() || Call.onlyAccessesInaccessibleMemory())
    return true;
  if (!Call.onlyAccessesArgMemory())
    return false;
  for (const Use &Arg : Call.args()) {
    if (!Arg->getType()->isPtrOrPtrVectorTy())
      continue;
    unsigned ArgNo = Call.getArgOperandNo(&Arg);
    if (!isOwnStack(Arg) && !(Call.onlyReadsMemory(ArgNo) && isConstant(Arg)))
      return false;
  }
  return true;
}

bool CapturedMemory::isPlainAccessAllowed(const Instruction &I) {
  for (StringRef Proved : {FreshMD, StackMD, LentMD, UnwrittenMD})
    if (I.getMetadata(Proved))
      return true;
  if (isa<LoadInst>(I) && I.getMetadata(CoveredMD))
    return true;
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return isPrivate(Load->getPointerOperand()) ||
           (!Load->isSimple() && isOwnStack(Load->getPointerOperand())) ||
           isCounter(Load->getPointerOperand()) || isGuardTest(I) ||
           (!Load->isVolatile() && isConstant(Load->getPointerOperand()));
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return isPrivate(Store->getPointerOperand()) ||
           (!Store->isSimple() && isOwnStack(Store->getPointerOperand())) ||
           isCounter(Store->getPointerOperand());
  if (auto *RMW = dyn_cast<AtomicRMWInst>(&I))
    return isOwnStack(RMW->getPointerOperand()) ||
           isCounter(RMW->getPointerOperand());
  if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
    return isOwnStack(Exchange->getPointerOperand());
  if (auto *Next = dyn_cast<VAArgInst>(&I))
    // The arguments themselves are on the caller's side of this frame.
    return isOwnStack(Next->getPointerOperand());
  if (auto *Fence = dyn_cast<FenceInst>(&I))
    return Fence->getSyncScopeID() == SyncScope::SingleThread;
  if (auto *Copy = dyn_cast<AnyMemTransferInst>(&I))
    return isPrivate(Copy->getRawDest()) && isReadable(Copy->getRawSource());
  if (auto *Set = dyn_cast<AnyMemSetInst>(&I))
    return isPrivate(Set->getRawDest());
  return false;
}

} // namespace stm
