//===- pass/InferCaptures.cpp - which addresses versions keep -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InferCaptures.h"
#include "Diagnostics.h"
#include "FreshMemory.h"
#include "LLVMCompat.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"

#define DEBUG_TYPE "stm-captures"

using namespace llvm;

namespace stm {

STATISTIC(NumNotKept, "Parameters that versions keep no address of");
STATISTIC(NumReturnFresh, "Versions that return what they have allocated");

namespace {

class Inference {
public:
  explicit Inference(Module &M) {
    for (Function &F : M)
      if (isVersion(F) && !F.isDeclaration() && !isReplaceable(F))
        Versions.insert(&F);
  }

  void run() {
    inferParameters();
    inferReturns();
  }

private:
  /// Taken to be kept by nobody until a use is found that does. So functions
  /// that call each other need no care.
  void inferParameters() {
    for (Function *F : Versions)
      for (Argument &A : F->args())
        if (A.getType()->isPointerTy() && !A.hasNoCaptureAttr() &&
            !A.hasPassPointeeByValueCopyAttr()) {
          addNoCapture(A);
          Assumed.insert(&A);
        }
    SetVector<Function *> Worklist(Versions.begin(), Versions.end());
    while (!Worklist.empty()) {
      Function *F = Worklist.pop_back_val();
      bool Changed = false;
      for (Argument &A : F->args())
        if (Assumed.contains(&A) &&
            EscapeSearch::any(&A, [](const Instruction &) { return true; })) {
          removeNoCapture(A);
          Assumed.erase(&A);
          Changed = true;
        }
      if (Changed)
        for (User *U : F->users())
          if (auto *Call = dyn_cast<CallBase>(U);
              Call && Versions.contains(Call->getFunction()))
            Worklist.insert(Call->getFunction());
    }
    NumNotKept += Assumed.size();
  }

  void inferReturns() {
    bool Changed;
    do {
      Changed = false;
      for (Function *F : Versions)
        if (F->getReturnType()->isPointerTy() &&
            !F->hasFnAttribute(ReturnsFreshAttr) && returnsFresh(*F)) {
          F->addFnAttr(ReturnsFreshAttr);
          ++NumReturnFresh;
          Changed = true;
        }
    } while (Changed);
  }

  static bool returnsFresh(const Function &F) {
    bool Allocates = false;
    for (const BasicBlock &BB : F) {
      const auto *Return = dyn_cast<ReturnInst>(BB.getTerminator());
      if (!Return)
        continue;
      SmallVector<const Value *, 4> Objects;
      getUnderlyingObjects(Return->getReturnValue(), Objects);
      for (const Value *O : Objects) {
        if (isa<ConstantPointerNull, UndefValue>(O))
          continue;
        if (!fresh::isAllocation(*O) ||
            EscapeSearch::any(O, [](const Instruction &Escape) {
              return !isa<ReturnInst>(Escape);
            }))
          return false;
        Allocates = true;
      }
    }
    return Allocates;
  }

  SetVector<Function *> Versions;
  DenseSet<const Argument *> Assumed;
};

} // namespace

PreservedAnalyses InferCapturesPass::run(Module &M, ModuleAnalysisManager &) {
  Inference(M).run();
  verifyAfter("InferCaptures", M);
  return PreservedAnalyses::none();
}

} // namespace stm
