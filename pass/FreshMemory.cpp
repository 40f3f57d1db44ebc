//===- pass/FreshMemory.cpp - memory nobody knows of yet ------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FreshMemory.h"
#include "LLVMCompat.h"
#include "Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stm {
namespace fresh {

const Value *whatIsAccessed(const Instruction &I) {
  if (auto *Load = dyn_cast<LoadInst>(&I); Load && Load->isSimple())
    return Load->getPointerOperand();
  if (auto *Store = dyn_cast<StoreInst>(&I); Store && Store->isSimple())
    return Store->getPointerOperand();
  if (auto *Set = dyn_cast<MemSetInst>(&I); Set && !Set->isVolatile())
    return Set->getRawDest();
  return nullptr;
}

/// Of the rows STM_WRAP. Not realloc: it may return a block that was known. Nor
/// does noalias count: on a program's own operator new it is a promise to
/// others, while the block may come from a list that a rollback restores.
bool isAllocation(const Value &V) {
  const auto *Call = dyn_cast<CallBase>(&V);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (!Callee)
    return false;
  if (Callee->hasFnAttribute(ReturnsFreshAttr))
    return true;
  StringRef Name = Callee->getName();
  return Name.consume_front("__stm_wrap_") &&
         (Name.starts_with("_Znw") || Name.starts_with("_Zna") ||
          Name == "malloc" || Name == "calloc" || Name == "aligned_alloc");
}

bool isStack(const Value &V) {
  if (const auto *A = dyn_cast<AllocaInst>(&V))
    return !A->isSwiftError();
  const auto *A = dyn_cast<Argument>(&V);
  return A && A->hasByValAttr();
}

bool isLent(const Value &V) {
  const auto *A = dyn_cast<Argument>(&V);
  return A &&
         A->getParent()->getAttributes().hasParamAttr(A->getArgNo(), LentAttr);
}

/// Whether control may come from \p From to \p To, not passing \p Renewal.
static bool mayReach(const Instruction &From, const Instruction &To,
                     const Instruction *Renewal) {
  const BasicBlock *Target = To.getParent();
  if (From.getParent() == Target && From.comesBefore(&To))
    return true;
  SmallPtrSet<BasicBlock *, 1> Excluded;
  if (Renewal) {
    const BasicBlock *BB = Renewal->getParent();
    if (BB == Target && Renewal->comesBefore(&To))
      return false;
    if (BB != Target)
      Excluded.insert(const_cast<BasicBlock *>(BB));
  }
  SmallVector<BasicBlock *, 4> Worklist;
  for (const BasicBlock *Next : successors(From.getParent()))
    Worklist.push_back(const_cast<BasicBlock *>(Next));
  return !Worklist.empty() &&
         isPotentiallyReachableFromMany(Worklist, Target, &Excluded);
}

bool isOwnAt(const Value *Pointer, const Instruction &At,
             function_ref<bool(const Value &Object)> IsMine) {
  if (!Pointer->getType()->isPointerTy())
    return false;
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects);
  // In a loop each turn has a block of its own. What became of earlier ones
  // doesn't matter to a pointer that no phi has brought along from their turns.
  const Value *Direct = getUnderlyingObject(Pointer);
  return !Objects.empty() && all_of(Objects, [&](const Value *O) {
    const auto *Renewal = O == Direct ? dyn_cast<Instruction>(O) : nullptr;
    return IsMine(*O) && !EscapeSearch::any(O, [&](const Instruction &Escape) {
             return mayReach(Escape, At, Renewal);
           });
  });
}

} // namespace fresh
} // namespace stm
