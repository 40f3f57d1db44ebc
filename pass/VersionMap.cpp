//===- pass/VersionMap.cpp - from originals to versions ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VersionMap.h"
#include "CloneBody.h"
#include "FunctionPolicy.h"
#include "LabelTables.h"
#include "ReservedNames.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "Wrappers.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/Constants.h"

#define DEBUG_TYPE "stm-clone"

using namespace llvm;

namespace stm {

STATISTIC(NumVersions, "Transactional versions made");

/// A declaration that is already there under this name gives way.
void VersionMap::claimName(GlobalValue &V, StringRef Name) {
  GlobalValue *Old = M.getNamedValue(Name);
  if (Old && Old != &V && Old->isDeclaration()) {
    Old->replaceAllUsesWith(&V);
    V.takeName(Old);
    Old->eraseFromParent();
  } else {
    V.setName(Name);
  }
}

/// Linkage, visibility and comdat are the original's, with two exceptions. The
/// strong definition behind an available_externally body may come from a file
/// without the pass. And a weak function can be replaced at link time by one
/// that has no version: then the weak version would be called in its place, so
/// that version is found by address only (ModuleTable). At a link all are local
/// until the linker's view of their names is taken (ReservedNames).
Function *VersionMap::create(Function &Original) {
  bool IsLocal = hasMark(M, AtLinkMD) || Original.hasLocalLinkage() ||
                 Original.isDeclaration() ||
                 Original.hasAvailableExternallyLinkage() ||
                 GlobalValue::isInterposableLinkage(Original.getLinkage()) ||
                 !Original.hasName();
  auto *V = Function::Create(Original.getFunctionType(),
                             IsLocal ? GlobalValue::InternalLinkage
                                     : Original.getLinkage(),
                             Original.getAddressSpace(), "", &M);
  claimName(*V, versionName(Original.getName()));
  return V;
}

static void cloneBody(Function &V, Function &Body, Function &Original) {
  ValueToValueMapTy Map;
  for (auto [From, To] : zip(Body.args(), V.args())) {
    To.setName(From.getName());
    Map[&From] = &To;
  }
  GlobalValue::LinkageTypes Linkage = V.getLinkage();
  LabelTables Tables(Body, Map);
  cloneBodyInto(V, Body, Map);
  V.setLinkage(Linkage);
  if (V.hasLocalLinkage()) {
    V.setVisibility(GlobalValue::DefaultVisibility);
    V.setDSOLocal(true);
    V.setDLLStorageClass(GlobalValue::DefaultStorageClass);
    V.setComdat(nullptr);
  } else if (const Comdat *C = Original.getComdat()) {
    Comdat *Own = V.getParent()->getOrInsertComdat(versionName(C->getName()));
    Own->setSelectionKind(C->getSelectionKind());
    V.setComdat(Own);
  }
  Tables.fillIn(Map, V.getComdat());
  V.setUnnamedAddr(GlobalValue::UnnamedAddr::None);
  keepSoundAttributes(V);
  V.addFnAttr(VersionAttr, Original.getName());
  ++NumVersions;
}

Function *VersionMap::lookup(const Function &Original) const {
  if (Function *V = Made.lookup(&Original))
    return V;
  // Merged from a module that was instrumented before.
  if (!Original.hasFnAttribute(DoneAttr) || isReplaceable(Original))
    return nullptr;
  Function *V = M.getFunction(versionName(Original.getName()));
  return V && isVersion(*V) && !V->isDeclaration() ? V : nullptr;
}

void VersionMap::cloneAll(const Selection &S) {
  for (Function *F : S.Originals)
    Made[F] = create(*F);
  for (Function *F : S.Originals) {
    cloneBody(*Made[F], *S.bodyOf(*F), *F);
    takeReservedName(*Made[F], F->getName());
    if (S.Reached.contains(F))
      Made[F]->addFnAttr(ReachedAttr);
  }
  cloneAliases();
  nameWrappers();
  fillInReserved(M);
}

/// Other files call what is wrapped here by its version's name. Weak: the file
/// that defines the function may have a version of it.
void VersionMap::nameWrappers() {
  for (auto [Wrapper, V] : Made) {
    Function *Original = wrappedBy(*Wrapper);
    if (!Original || !Original->isDeclaration() || V->hasLocalLinkage() ||
        policyFor(*Original) != CallPolicy::Unknown)
      continue;
    auto *Alias =
        GlobalAlias::create(V->getFunctionType(), V->getAddressSpace(),
                            GlobalValue::WeakAnyLinkage, "", V, &M);
    claimName(*Alias, versionName(Original->getName()));
  }
}

void VersionMap::cloneAliases() {
  SmallVector<GlobalAlias *> Aliases;
  for (GlobalAlias &A : M.aliases())
    Aliases.push_back(&A);
  for (GlobalAlias *A : Aliases) {
    bool OthersCall =
        hasMark(M, AtLinkMD) ? isCalledByName(*A) : !A->hasLocalLinkage();
    Function *F = OthersCall ? knownFunction(A) : nullptr;
    Function *V = F && !isReplaceable(*F) ? lookup(*F) : nullptr;
    if (!V)
      continue;
    auto *Twin = GlobalAlias::create(V->getFunctionType(), V->getAddressSpace(),
                                     A->getLinkage(), "", V, &M);
    Twin->setVisibility(A->getVisibility());
    Twin->setDSOLocal(A->isDSOLocal());
    if (!takeReservedName(*Twin, A->getName()))
      claimName(*Twin, versionName(A->getName()));
  }
}

Constant *VersionMap::declare(const Function &Original, bool Strong) {
  std::string Name = versionName(Original.getName());
  if (GlobalValue *Old = M.getNamedValue(Name)) {
    if (Strong && Old->hasExternalWeakLinkage())
      Old->setLinkage(GlobalValue::ExternalLinkage);
    return Old;
  }
  auto *V = Function::Create(Original.getFunctionType(),
                             Strong ? GlobalValue::ExternalLinkage
                                    : GlobalValue::ExternalWeakLinkage,
                             Original.getAddressSpace(), Name, &M);
  V->setCallingConv(Original.getCallingConv());
  V->setAttributes(Original.getAttributes());
  keepSoundAttributes(*V);
  V->addFnAttr(VersionAttr, Original.getName());
  // Hidden beside the original: but weak and local would skip the table of
  // addresses, and a null address needs that.
  V->setVisibility(Original.getVisibility());
  return V;
}

Constant *VersionMap::addressFor(Function &Original) {
  if (Function *V = lookup(Original))
    return V;
  switch (policyFor(Original)) {
  case CallPolicy::AsItStands:
    return &Original;
  case CallPolicy::Wrapped:
    return getWrapFor(Original);
  case CallPolicy::Safe:
    return declare(Original, /*Strong=*/true);
  case CallPolicy::Unknown:
    return declare(Original, /*Strong=*/false);
  case CallPolicy::Version:
  case CallPolicy::Inevitable:
  case CallPolicy::Beside:
    break;
  }
  return ConstantPointerNull::get(PointerType::getUnqual(M.getContext()));
}

} // namespace stm
