//===- pass/MaskedAccesses.cpp - vectors of which parts are accessed ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MaskedAccesses.h"
#include "CapturedMemory.h"
#include "Diagnostics.h"
#include "Versions.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/TargetParser/Triple.h"
#include "llvm/Transforms/Scalar/ScalarizeMaskedMemIntrin.h"

#define DEBUG_TYPE "stm-masked"

using namespace llvm;

namespace stm {

STATISTIC(NumMasked, "Masked accesses made one for each element");

namespace {

bool isMasked(const Instruction &I) {
  auto *Intrinsic = dyn_cast<IntrinsicInst>(&I);
  if (!Intrinsic)
    return false;
  switch (Intrinsic->getIntrinsicID()) {
  case Intrinsic::masked_load:
  case Intrinsic::masked_store:
  case Intrinsic::masked_gather:
  case Intrinsic::masked_scatter:
  case Intrinsic::masked_expandload:
  case Intrinsic::masked_compressstore:
    return true;
  default:
    return false;
  }
}

bool hasMaskedOfOthers(Function &F) {
  bool Has = false;
  for (Instruction &I : instructions(F))
    if (isMasked(I) &&
        !CapturedMemory::touchesOnlyOwnMemory(cast<CallBase>(I))) {
      ++NumMasked;
      Has = true;
    }
  return Has;
}

/// By LLVM's pass, which leaves alone what the processor can do: so it is told
/// that this one is the least of its kind.
void scalarize(Function &F, FunctionAnalysisManager &FAM) {
  AttributeList Attributes = F.getAttributes();
  Triple Target(F.getParent()->getTargetTriple());
  F.addFnAttr("target-cpu", Target.isX86() ? "x86-64" : "generic");
  F.addFnAttr("target-features", "");
  FAM.invalidate(F, PreservedAnalyses::none());
  ScalarizeMaskedMemIntrinPass().run(F, FAM);
  F.setAttributes(Attributes);
  FAM.invalidate(F, PreservedAnalyses::none());
}

} // namespace

PreservedAnalyses MaskedAccessesPass::run(Module &M,
                                          ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  for (Function &F : M)
    if (isVersion(F) && !F.isDeclaration() && hasMaskedOfOthers(F))
      scalarize(F, FAM);
  verifyAfter("MaskedAccesses", M);
  return PreservedAnalyses::none();
}

} // namespace stm
