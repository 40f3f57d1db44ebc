//===- pass/BlockEntries.cpp - entry points for blocks of a kind ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockEntries.h"
#include "SelectFunctions.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace stm {

namespace {

bool runsOrdinaryBlock(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->getName() == "__stm_atomic_tx" &&
         Call.arg_size() == 4;
}

} // namespace

SmallVector<CallBase *>
chooseEntry(Module &M, Runtime Entry,
            function_ref<bool(const Function &)> Holds) {
  SmallVector<CallBase *> Found;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I); Call && runsOrdinaryBlock(*Call))
        if (const Function *Body = knownFunction(Call->getArgOperand(1));
            Body && Holds(*Body))
          Found.push_back(Call);
  for (CallBase *Call : Found)
    Call->setCalledFunction(getRuntime(M, Entry));
  return Found;
}

} // namespace stm
