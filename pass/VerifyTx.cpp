//===- pass/VerifyTx.cpp - nothing raw is left ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VerifyTx.h"
#include "CapturedMemory.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "LowerInevitability.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stm {
namespace {

class Verifier {
public:
  explicit Verifier(Function &Version) : F(Version), Dominators(Version) {
    for (Instruction &I : instructions(F))
      if (becomesInevitable(I, Company::Beside))
        Checks.push_back(&I);
  }

  void run() {
    for (Instruction &I : instructions(F))
      if (!isRight(I))
        report(I);
  }

private:
  bool isRight(Instruction &I) {
    if (isInevitableAt(I))
      return true;
    if (auto *Call = dyn_cast<CallBase>(&I))
      return isCallRight(*Call);
    if (isa<LoadInst, StoreInst, AtomicRMWInst, AtomicCmpXchgInst, FenceInst,
            VAArgInst>(I))
      return Memory.isPlainAccessAllowed(I);
    return true;
  }

  /// The mark says that it was meant, dominance that it is so.
  bool isInevitableAt(const Instruction &I) const {
    if (I.getMetadata(InevitableMD))
      return hasCheckBefore(I, Company::Alone);
    return I.getMetadata(BesideMD) && hasCheckBefore(I, Company::Beside);
  }

  bool hasCheckBefore(const Instruction &I, Company With) const {
    return any_of(Checks, [&](Instruction *C) {
      return becomesInevitable(*C, With) && Dominators.dominates(C, &I);
    });
  }

  bool isCallRight(CallBase &Call) {
    for (unsigned A = 0; A != Call.arg_size(); ++A)
      if (Call.isByValArgument(A) && !Memory.isReadable(Call.getArgOperand(A)))
        return false;
    if (Call.isInlineAsm() || Call.getIntrinsicID())
      return isHarmless(Call, Memory);
    Value *Target = Call.getCalledOperand()->stripPointerCasts();
    if (auto *Choice = dyn_cast<PHINode>(Target)) {
      for (unsigned E = 0; E != Choice->getNumIncomingValues(); ++E)
        if (!isTargetRight(Choice->getIncomingValue(E)) &&
            !isInevitableAtEndOf(*Choice->getIncomingBlock(E)))
          return false;
      return true;
    }
    return isTargetRight(Target);
  }

  bool isTargetRight(Value *Target) const {
    if (auto *Lookup = dyn_cast<CallBase>(Target))
      if (const Function *Callee = Lookup->getCalledFunction())
        return Callee->getName() == "__stm_clone_of";
    const Function *Callee = knownFunction(Target);
    return Callee &&
           (isVersion(*Callee) || policyFor(*Callee) == CallPolicy::AsItStands);
  }

  bool isInevitableAtEndOf(const BasicBlock &BB) const {
    return hasCheckBefore(*BB.getTerminator(), Company::Alone);
  }

  void report(Instruction &I) {
    std::string Text;
    raw_string_ostream(Text) << I;
    reportError(
        F.getContext(), placeOf(I),
        "llvm-stm left an access without a barrier, please report this: "
        "'" +
            StringRef(Text).trim() + "' in the transactional version of '" +
            F.getFnAttribute(VersionAttr).getValueAsString() + "'");
  }

  Function &F;
  DominatorTree Dominators;
  CapturedMemory Memory;
  SmallVector<Instruction *> Checks;
};

} // namespace

PreservedAnalyses VerifyTxPass::run(Module &M, ModuleAnalysisManager &) {
  for (Function &F : M)
    if (isVersion(F) && !F.isDeclaration())
      Verifier(F).run();
  return PreservedAnalyses::all();
}

} // namespace stm
