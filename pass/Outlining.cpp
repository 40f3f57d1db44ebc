//===- pass/Outlining.cpp - what stages that outline share ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Outlining.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace stm {

/// Generated code has lines too: the function's own.
void locate(Function &Generated, const Function &Source, unsigned Line) {
  DISubprogram *SP = Source.getSubprogram();
  if (!SP)
    return;
  DIBuilder D(*Generated.getParent(), /*AllowUnresolved=*/false, SP->getUnit());
  DISubprogram *Mine = D.createFunction(
      SP->getFile(), SP->getName(), Generated.getName(), SP->getFile(), Line,
      D.createSubroutineType(D.getOrCreateTypeArray({})), Line,
      DINode::FlagArtificial,
      DISubprogram::SPFlagDefinition | DISubprogram::SPFlagOptimized);
  Generated.setSubprogram(Mine);
  D.finalizeSubprogram(Mine);
}

void setLocation(IRBuilder<> &B, Function &F) {
  if (DISubprogram *SP = F.getSubprogram())
    B.SetCurrentDebugLocation(
        DILocation::get(F.getContext(), SP->getLine(), 0, SP));
}

Constant *stringOrNull(Module &M, StringRef Text) {
  if (Text.empty())
    return ConstantPointerNull::get(PointerType::getUnqual(M.getContext()));
  auto *Data = ConstantDataArray::getString(M.getContext(), Text);
  auto *G = new GlobalVariable(M, Data->getType(), /*isConstant=*/true,
                               GlobalValue::PrivateLinkage, Data, "stm.string");
  G->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return G;
}

Constant *makeSite(Module &M, Constant *Name, Constant *File, unsigned Line) {
  Constant *Site = ConstantStruct::getAnon(
      {Name, File, ConstantInt::get(Type::getInt32Ty(M.getContext()), Line)});
  return new GlobalVariable(M, Site->getType(), /*isConstant=*/true,
                            GlobalValue::PrivateLinkage, Site, "stm.site");
}

/// A promise about a function's memory says nothing about a transaction.
void dropPromises(Function &F) {
  for (Attribute::AttrKind Kind :
       {Attribute::Memory, Attribute::WillReturn, Attribute::NoSync,
        Attribute::NoFree, Attribute::Speculatable, Attribute::NoCallback,
        Attribute::NoRecurse, Attribute::Convergent}) {
    F.removeFnAttr(Kind);
    for (User *U : F.users())
      if (auto *Call = dyn_cast<CallBase>(U);
          Call && Call->getCalledOperand() == &F)
        Call->removeFnAttr(Kind);
  }
}

} // namespace stm
