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

/// Found by their names later on, so neither may be merged or dropped.
void keep(Function &F) {
  F.removeFnAttr(Attribute::AlwaysInline);
  if (!F.isDeclaration())
    F.addFnAttr(Attribute::NoInline);
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
  keep(*Original);
  keep(Wrapper);
  if (!Wrapper.isDeclaration())
    appendToCompilerUsed(*Wrapper.getParent(), {&Wrapper});
}

Function *wrapperOf(const Function &Original) {
  return functionNamed(Original, WrapperAttr);
}

Function *wrappedBy(const Function &Wrapper) {
  return functionNamed(Wrapper, WrapsAttr);
}

} // namespace stm
