//===- pass/CountBarriers.cpp - which barriers run how often --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CountBarriers.h"
#include "CapturedMemory.h"
#include "Diagnostics.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stm {
namespace {

/// As __stm_count takes them, and what is none of them.
enum Kind : unsigned {
#define STM_COUNT(Kind, Member) Kind,
#include "stm/runtime_abi.def"
  None
};

Kind kindOfCall(StringRef Callee) {
  if (Callee.consume_front("__stm_wrap_"))
    return StringSwitch<Kind>(Callee)
        .Case("memcpy", RangeBarriers)
        .Case("memmove", RangeBarriers)
        .Case("memset", RangeBarriers)
        .Default(None);
  return StringSwitch<Kind>(Callee)
      .StartsWith("__stm_read_to_write_u", ReadToWriteBarriers)
      .StartsWith("__stm_write_read_u", PairedStores)
      .StartsWith("__stm_read_u", ReadBarriers)
      .StartsWith("__stm_write_u", WriteBarriers)
      .Case("__stm_read_range", RangeBarriers)
      .Case("__stm_write_range", RangeBarriers)
      .Default(None);
}

Kind kindOf(const Instruction &I) {
  if (I.getMetadata(FreshMD))
    return FreshAccesses;
  if (I.getMetadata(CoveredMD))
    return CoveredAccesses;
  if (I.getMetadata(LentMD))
    return LentAccesses;
  if (I.getMetadata(UnwrittenMD))
    return UnwrittenReads;
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return CapturedMemory::isConstant(Load->getPointerOperand())
               ? ConstantReads
               : PrivateAccesses;
  if (isa<StoreInst, MemIntrinsic>(I))
    return PrivateAccesses;
  const auto *Call = dyn_cast<CallInst>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee ? kindOfCall(Callee->getName()) : None;
}

bool count(BasicBlock &BB) {
  uint32_t Counts[None] = {};
  for (Instruction &I : BB)
    if (Kind K = kindOf(I); K != None)
      ++Counts[K];
  BasicBlock::iterator At = BB.getFirstInsertionPt();
  if (all_of(Counts, [](uint32_t N) { return N == 0; }) || At == BB.end())
    return false;
  Module &M = *BB.getModule();
  Constant *Row = ConstantDataArray::get(M.getContext(), Counts);
  auto *Rows =
      new GlobalVariable(M, Row->getType(), /*isConstant=*/true,
                         GlobalValue::PrivateLinkage, Row, "stm.counts");
  Rows->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  LocatedBuilder B(*At);
  B.CreateCall(getRuntime(M, Runtime::__stm_count), {Rows});
  return true;
}

} // namespace

PreservedAnalyses CountBarriersPass::run(Module &M, ModuleAnalysisManager &) {
  bool Changed = false;
  for (Function &F : M)
    if (isVersion(F))
      for (BasicBlock &BB : F)
        Changed |= count(BB);
  verifyAfter("CountBarriers", M);
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace stm
