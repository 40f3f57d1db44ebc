//===- pass/LendMemory.cpp - copies for callers' own memory ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LendMemory.h"
#include "Diagnostics.h"
#include "FreshMemory.h"
#include "HotVersions.h"
#include "LabelTables.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"

#define DEBUG_TYPE "stm-lend"

using namespace llvm;

namespace stm {

STATISTIC(NumCopies, "Copies of versions for memory that callers lend");
STATISTIC(NumLendingCalls, "Calls of versions that lend memory");

namespace {

/// Parameters by number, as bits. Later ones are never lent.
using Parameters = uint32_t;
constexpr unsigned MostParameters = 32;

constexpr unsigned MostInstructions = 400;
constexpr unsigned MostCopies = 4; ///< Of one version.
/// So many for each barrier that goes: inlined ones are about as large.
constexpr unsigned InstructionsForABarrier = 20;

class Lender {
public:
  explicit Lender(Module &M) : Hot(M) {
    for (Function &F : M)
      if (isVersion(F) && !F.isDeclaration() && Hot.contains(F))
        Worklist.push_back(&F);
  }

  bool run() {
    bool Changed = false;
    for (unsigned I = 0; I != Worklist.size(); ++I) // It grows meanwhile.
      for (Instruction &At : make_early_inc_range(instructions(*Worklist[I])))
        if (auto *Call = dyn_cast<CallBase>(&At))
          Changed |= lend(*Call);
    for (Function *V : Replaced)
      if (V->use_empty() && V->isDiscardableIfUnused())
        V->eraseFromParent();
    return Changed;
  }

private:
  bool lend(CallBase &Call) {
    Function *Callee = calledVersion(Call);
    if (!Callee)
      return false;
    Parameters Useful = 0;
    for (unsigned P = 0; P != countOf(*Callee); ++P)
      if (isOwn(Call, P, fresh::isAny) && gain(*Callee, P))
        Useful |= 1u << P;
    Function *Copy = Useful ? copyFor(*Callee, Useful) : nullptr;
    if (!Copy)
      return false;
    Call.setCalledFunction(Copy);
    ++NumLendingCalls;
    return true;
  }

  static unsigned countOf(const Function &F) {
    return std::min<size_t>(F.arg_size(), MostParameters);
  }

  /// A version of this file, called under its own type, and no copy yet.
  static Function *calledVersion(const CallBase &Call) {
    Function *F = Call.getCalledFunction();
    return F && isVersion(*F) && !F->isDeclaration() && !isReplaceable(*F) &&
                   !F->hasFnAttribute(LentAttr)
               ? F
               : nullptr;
  }

  /// Whether what argument \p P points to is the caller's own until the call,
  /// and the callee learns of it by this argument only.
  static bool isOwn(const CallBase &Call, unsigned P,
                    function_ref<bool(const Value &Object)> IsMine) {
    const Value *Arg = Call.getArgOperand(P);
    if (Call.isPassPointeeByValueArgument(P) ||
        !fresh::isOwnAt(Arg, Call, IsMine))
      return false;
    SmallVector<const Value *, 4> Objects, Others;
    getUnderlyingObjects(Arg, Objects, nullptr, /*MaxLookup=*/0);
    for (unsigned Q = 0; Q != Call.arg_size(); ++Q)
      if (Q != P && Call.getArgOperand(Q)->getType()->isPointerTy())
        getUnderlyingObjects(Call.getArgOperand(Q), Others, nullptr,
                             /*MaxLookup=*/0);
    return none_of(Objects,
                   [&](const Value *O) { return is_contained(Others, O); });
  }

  /// How many barriers a copy of \p V would do without if \p P were lent, in
  /// what it calls too; 0 if it isn't worth it.
  unsigned gain(Function &V, unsigned P) {
    const Argument *Lent = V.getArg(P);
    if (!Lent->getType()->isPointerTy() ||
        Lent->hasPassPointeeByValueCopyAttr())
      return 0;
    auto [Entry, IsNew] = Gains.try_emplace(Lent, 0);
    if (!IsNew)
      return Entry->second; // 0 for a function that calls itself.
    unsigned Size = V.getInstructionCount();
    unsigned Gain = Size <= MostInstructions ? countGain(V, *Lent) : 0;
    if (Gain * InstructionsForABarrier < Size)
      Gain = 0;
    return Gains[Lent] = Gain;
  }

  unsigned countGain(Function &V, const Argument &Lent) {
    unsigned Gain = 0;
    bool IsUsed;
    auto IsMine = [&](const Value &Object) {
      IsUsed |= &Object == &Lent;
      return &Object == &Lent || fresh::isAny(Object);
    };
    for (Instruction &I : instructions(V)) {
      IsUsed = false;
      if (const Value *Pointer = fresh::whatIsAccessed(I)) {
        Gain += fresh::isOwnAt(Pointer, I, IsMine) && IsUsed;
        continue;
      }
      auto *Call = dyn_cast<CallBase>(&I);
      Function *Callee = Call ? calledVersion(*Call) : nullptr;
      for (unsigned P = 0; Callee && P != countOf(*Callee); ++P) {
        IsUsed = false;
        if (isOwn(*Call, P, IsMine) && IsUsed)
          Gain += gain(*Callee, P);
      }
    }
    return Gain;
  }

  Function *copyFor(Function &V, Parameters Lent) {
    auto &Copies = CopiesOf[&V];
    for (auto [Of, Copy] : Copies)
      if (Of == Lent)
        return Copy;
    if (Copies.size() == MostCopies)
      return nullptr;
    Function *Copy = cloneWithLabels(V);
    Copy->setName(V.getName() + ".lent");
    Copy->setLinkage(GlobalValue::InternalLinkage);
    Copy->setVisibility(GlobalValue::DefaultVisibility);
    Copy->setDSOLocal(true);
    Copy->setComdat(nullptr);
    Copy->addFnAttr(LentAttr);
    for (unsigned P = 0; P != MostParameters; ++P)
      if (Lent & (1u << P))
        Copy->addParamAttr(P, Attribute::get(V.getContext(), LentAttr));
    ++NumCopies;
    remark(*Copy);
    Copies.push_back({Lent, Copy});
    Replaced.insert(&V);
    Worklist.push_back(Copy);
    return Copy;
  }

  static void remark(const Function &Copy) {
    OptimizationRemarkEmitter Remarks(&Copy);
    Remarks.emit([&] {
      return OptimizationRemark("stm", "Lent", &Copy)
             << "a second transactional version, for objects that its callers "
                "have just made";
    });
  }

  HotVersions Hot;
  SmallVector<Function *> Worklist;
  DenseMap<const Argument *, unsigned> Gains;
  DenseMap<const Function *,
           SmallVector<std::pair<Parameters, Function *>, MostCopies>>
      CopiesOf;
  SmallSetVector<Function *, 16> Replaced;
};

} // namespace

PreservedAnalyses LendMemoryPass::run(Module &M, ModuleAnalysisManager &) {
  bool Changed = Lender(M).run();
  verifyAfter("LendMemory", M);
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace stm
