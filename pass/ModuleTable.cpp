//===- pass/ModuleTable.cpp - the module's clone table ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ModuleTable.h"
#include "Options.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "Wrappers.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace stm {
namespace {

/// Before the constructors of the program, which may run transactions, and
/// after its destructors.
constexpr int Priority = 1;

/// struct stm_clone of abi.h.
Constant *makeRow(Constant *Original, Constant *Version) {
  return ConstantStruct::getAnon({Original, Version});
}

/// A replaceable function's own address, whatever the linker does with its
/// name: so that the version found for an address is always that address's.
Constant *ownAddress(Function &F) {
  return GlobalAlias::create(F.getFunctionType(), F.getAddressSpace(),
                             GlobalValue::InternalLinkage,
                             F.getName() + ".stm_own", &F, F.getParent());
}

/// Whether transactions of the module may be left other than by committing.
bool mayLeave(Module &M) {
  return any_of(ArrayRef<StringRef>{"stm_cancel", "stm_cancel_outer",
                                    "stm_retry", "__stm_retry_before_writing",
                                    "__stm_nested"},
                [&](StringRef Name) {
                  Function *F = M.getFunction(Name);
                  return F && !F->use_empty();
                });
}

/// Whether versions do something that the functions don't.
bool needsVersions(Module &M) {
  return countsBarriers() || any_of(M, [](const Function &F) {
           return !F.isDeclaration() && wrappedBy(F);
         });
}

Function *makeHook(Module &M, StringRef Name, Runtime Callee, Constant *Table,
                   unsigned Rows) {
  LLVMContext &C = M.getContext();
  auto *F = Function::Create(FunctionType::get(Type::getVoidTy(C), false),
                             GlobalValue::InternalLinkage, Name, M);
  F->addFnAttr(NoVersionAttr);
  F->setDoesNotThrow();
  if (Attribute::AttrKind Kind = Attribute::UWTable;
      M.getUwtable() != UWTableKind::None)
    F->addFnAttr(Attribute::get(C, Kind, uint64_t(M.getUwtable())));
  IRBuilder<> B(BasicBlock::Create(C, "", F));
  Type *SizeTy = M.getDataLayout().getIntPtrType(C);
  B.CreateCall(getRuntime(M, Callee), {Table, ConstantInt::get(SizeTy, Rows)});
  if (Callee == Runtime::__stm_register_clones) {
    if (mayLeave(M))
      B.CreateCall(getRuntime(M, Runtime::__stm_may_leave));
    if (needsVersions(M))
      B.CreateCall(getRuntime(M, Runtime::__stm_need_versions));
  }
  B.CreateRetVoid();
  return F;
}

/// What libc has and ISO C leaves to programs (basename) may be the program's
/// own: then versions in other files call this version, not the runtime's.
void standForLibrarys(Function &F, Function &Version) {
  Module &M = *F.getParent();
  std::string Name = wrapName(F.getName());
  auto *Alias =
      GlobalAlias::create(Version.getFunctionType(), F.getAddressSpace(),
                          F.getLinkage(), "", &Version, &M);
  Alias->setVisibility(F.getVisibility());
  if (Function *Declared = M.getFunction(Name)) {
    Declared->replaceAllUsesWith(Alias);
    Declared->eraseFromParent();
  }
  Alias->setName(Name);
}

} // namespace

void writeModuleTable(Module &M, const Selection &S, VersionMap &Versions) {
  auto *PtrTy = PointerType::getUnqual(M.getContext());
  SmallVector<Constant *> Rows;
  for (Function *F : S.AddressTaken)
    if (!isReplaceable(*F) && !wrapperOf(*F))
      Rows.push_back(makeRow(F, Versions.addressFor(*F)));
  for (Function &F : M)
    if (Function *Original = wrappedBy(F); Original && !F.isDeclaration()) {
      Rows.push_back(makeRow(Original, Versions.addressFor(F)));
      // How the runtime knows that it is called as it stands.
      if (F.hasFnAttribute(PureAttr))
        Rows.push_back(makeRow(&F, &F));
    }
  for (Function *F : S.Originals)
    if (!F->hasLocalLinkage() && !F->hasAvailableExternallyLinkage() &&
        mayBeProgramsOwn(*F))
      if (Function *Version = Versions.lookup(*F))
        standForLibrarys(*F, *Version);
  // Calls of replaceable functions look for their version here too.
  for (Function *F : S.Originals)
    if (isReplaceable(*F))
      Rows.push_back(makeRow(ownAddress(*F), Versions.lookup(*F)));

  auto *RowTy = StructType::get(PtrTy, PtrTy);
  auto *RowsTy = ArrayType::get(RowTy, Rows.size());
  // Behind the rows: a symbol that only a matching runtime has.
  Constant *Abi =
      M.getOrInsertGlobal(abiSymbol(), Type::getInt8Ty(M.getContext()));
  Constant *Init =
      ConstantStruct::getAnon({ConstantArray::get(RowsTy, Rows), Abi});
  auto *Table =
      new GlobalVariable(M, Init->getType(), /*isConstant=*/true,
                         GlobalValue::InternalLinkage, Init, "stm.clones");
  // Without -fPIC it would be where the loader can't write, for which linkers
  // warn if they leave a symbol in it to the loader.
  Table->setSection(".data.rel.ro");
  appendToGlobalCtors(M,
                      makeHook(M, "stm.register",
                               Runtime::__stm_register_clones, Table,
                               Rows.size()),
                      Priority);
  appendToGlobalDtors(M,
                      makeHook(M, "stm.unregister",
                               Runtime::__stm_unregister_clones, Table,
                               Rows.size()),
                      Priority);
}

} // namespace stm
