//===- pass/CountBarriers.cpp - which barriers run how often --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CountBarriers.h"
#include "Diagnostics.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stm {
namespace {

/// As __stm_count takes them.
enum Kind : unsigned { Reads, Writes, ReadsToWrite, Ranges, Plain, None };

Kind kindOf(const Instruction &I) {
  if (isa<LoadInst, StoreInst, MemIntrinsic>(I))
    return Plain;
  const auto *Call = dyn_cast<CallInst>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (!Callee)
    return None;
  StringRef Name = Callee->getName();
  if (Name.consume_front("__stm_wrap_"))
    return StringSwitch<Kind>(Name)
        .Case("memcpy", Ranges)
        .Case("memmove", Ranges)
        .Case("memset", Ranges)
        .Default(None);
  // The second half of a pair is a store that needs nothing any more.
  return StringSwitch<Kind>(Name)
      .StartsWith("__stm_read_to_write_u", ReadsToWrite)
      .StartsWith("__stm_write_read_u", Plain)
      .StartsWith("__stm_read_u", Reads)
      .StartsWith("__stm_write_u", Writes)
      .Case("__stm_read_range", Ranges)
      .Case("__stm_write_range", Ranges)
      .Default(None);
}

bool count(BasicBlock &BB) {
  uint32_t Counts[None] = {};
  for (Instruction &I : BB)
    if (Kind K = kindOf(I); K != None)
      ++Counts[K];
  BasicBlock::iterator At = BB.getFirstInsertionPt();
  if (all_of(Counts, [](uint32_t N) { return N == 0; }) || At == BB.end())
    return false;
  LocatedBuilder B(*At);
  SmallVector<Value *, None> Args;
  for (uint32_t N : Counts)
    Args.push_back(B.getInt32(N));
  B.CreateCall(getRuntime(*BB.getModule(), Runtime::__stm_count), Args);
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
