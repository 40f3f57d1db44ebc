//===- pass/Wrappers.cpp - STM_WRAPS ----------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Wrappers.h"
#include "Diagnostics.h"
#include "Versions.h"
#include "llvm/IR/Constants.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace stm {
namespace {

constexpr StringLiteral LinkageAttr = "stm-linkage";

Function *functionNamed(const Function &F, StringRef Attr) {
  StringRef Name = F.getFnAttribute(Attr).getValueAsString();
  return Name.empty() ? nullptr : F.getParent()->getFunction(Name);
}

/// Clang keeps an annotation's arguments in a constant struct.
Function *functionIn(const Constant *Argument) {
  auto *G = dyn_cast_or_null<GlobalVariable>(Argument);
  auto *Args = G && G->hasInitializer()
                   ? dyn_cast<ConstantStruct>(G->getInitializer())
                   : nullptr;
  return Args ? dyn_cast<Function>(Args->getOperand(0)->stripPointerCasts())
              : nullptr;
}

/// Keeps the optimizer from knowing in calls of \p F what its body does:
/// another body may be called. Until the versions are made it is a function
/// that the linker could replace.
void hideBody(Function &F) {
  if (F.isDeclaration() || F.hasAvailableExternallyLinkage())
    return;
  F.removeFnAttr(Attribute::AlwaysInline);
  F.addFnAttr(LinkageAttr, std::to_string(F.getLinkage()));
  F.setLinkage(GlobalValue::WeakAnyLinkage);
}

} // namespace

void markWrapper(Function &Wrapper, const Constant *Argument, StringRef Place) {
  LLVMContext &C = Wrapper.getContext();
  Function *Original = functionIn(Argument);
  if (!Original)
    return reportError(C, Place, "STM_WRAPS needs the name of a function");
  std::string Name = "STM_WRAPS(" + printableName(*Original) + ")";
  if (Original == &Wrapper)
    return reportError(C, Place, Name + ": a function can't wrap itself");
  if (Original->getFunctionType() != Wrapper.getFunctionType())
    return reportError(C, Place,
                       Name + ": '" + printableName(Wrapper) +
                           "' has other parameters, or another result");
  if (Wrapper.isVarArg())
    return reportError(C, Place,
                       Name + ": a variadic function can't pass its arguments "
                              "on");
  if (Function *Other = wrapperOf(*Original); Other && Other != &Wrapper)
    return reportError(
        C, Place, Name + ": '" + printableName(*Other) + "' wraps it already");
  if (Wrapper.hasFnAttribute(WrapsAttr) && wrappedBy(Wrapper) != Original)
    return reportError(C, Place,
                       Name + ": '" + printableName(Wrapper) +
                           "' wraps another function already");
  Original->addFnAttr(WrapperAttr, Wrapper.getName());
  Wrapper.addFnAttr(WrapsAttr, Original->getName());
  hideBody(*Original);
  Wrapper.removeFnAttr(Attribute::AlwaysInline);
  Wrapper.addFnAttr(Attribute::NoInline);
  if (!Wrapper.isDeclaration())
    appendToCompilerUsed(*Wrapper.getParent(), {&Wrapper});
}

Function *wrapperOf(const Function &Original) {
  return functionNamed(Original, WrapperAttr);
}

void showWrappedBodies(Module &M) {
  for (Function &F : M) {
    unsigned Linkage;
    if (F.getFnAttribute(LinkageAttr)
            .getValueAsString()
            .getAsInteger(10, Linkage))
      continue;
    F.setLinkage(static_cast<GlobalValue::LinkageTypes>(Linkage));
    F.removeFnAttr(LinkageAttr);
  }
}

Function *wrappedBy(const Function &Wrapper) {
  return functionNamed(Wrapper, WrapsAttr);
}

} // namespace stm
