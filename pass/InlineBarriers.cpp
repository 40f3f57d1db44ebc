//===- pass/InlineBarriers.cpp - fast paths into versions -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InlineBarriers.h"
#include "BarrierLibrary.h"
#include "Diagnostics.h"
#include "HotVersions.h"
#include "Options.h"
#include "SettledAccesses.h"
#include "Versions.h"
#include "WriteAhead.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Utils/Cloning.h"

#define DEBUG_TYPE "stm-inline"

using namespace llvm;

namespace stm {

STATISTIC(NumInlined, "Barriers inlined");

namespace {

/// The function around blocks, with what SinkQuiescence made of it. (Such as
/// versions are not stay with calls.)
bool hasSettledAccesses(const Function &F) {
  return !F.hasGC() && !F.hasFnAttribute(Attribute::StrictFP) &&
         any_of(instructions(F), [](const Instruction &I) {
           auto *Call = dyn_cast<CallBase>(&I);
           return Call && isSettling(*Call);
         });
}

bool isWanted(const Function &F) {
  return !F.isDeclaration() && (isVersion(F) || hasSettledAccesses(F)) &&
         !F.hasOptSize() && !F.hasFnAttribute(Attribute::Cold) &&
         !F.hasFnAttribute(Attribute::SanitizeAddress) &&
         !F.hasFnAttribute(Attribute::SanitizeHWAddress) &&
         !F.hasFnAttribute(Attribute::SanitizeMemory) &&
         !F.hasFnAttribute(Attribute::SanitizeMemTag) &&
         !F.hasFnAttribute(Attribute::SanitizeThread);
}

/// A write outside of loops mostly is the first one to its stripe, which is a
/// call in any case. What is inlined before that is worth its size where there
/// are few.
constexpr unsigned MostSingleWrites = 4;

/// What is executed in less than a quarter of the function's calls stays a
/// call: a fifth of what inlined barriers take in libraries.
bool isSeldom(const BasicBlock &BB, const BlockFrequencyInfo &Frequencies) {
  return Frequencies.getBlockFreq(&BB).getFrequency() <
         Frequencies.getEntryFreq().getFrequency() / 4;
}

bool isScalarWrite(const CallBase &Barrier) {
  const Function *Entry = Barrier.getCalledFunction();
  return Entry && Entry->getName().starts_with("__stm_write_u");
}

/// The barriers of one version.
class Inliner {
public:
  explicit Inliner(Function &F) : F(F) {}

  Function &function() const { return F; }

  /// True if there is something to inline, which is then called.
  /// What \p Frequencies say is seldom executed is left alone.
  bool prepare(BarrierLibrary &Library, const BlockFrequencyInfo *Frequencies) {
    DominatorTree Dominators(F);
    LoopInfo Loops(Dominators);
    auto IsSingle = [&](const CallInst *Call) {
      return !Loops.getLoopFor(Call->getParent());
    };
    auto IsSingleWrite = [&](const CallInst *Call) {
      return isScalarWrite(*Call) && IsSingle(Call);
    };
    SmallVector<CallInst *, 32> Calls;
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallInst>(&I);
          Call && Dominators.isReachableFromEntry(Call->getParent()))
        Calls.push_back(Call);
    bool AreMany = count_if(Calls, IsSingleWrite) > MostSingleWrites;
    SmallVector<ToReplace, 32> Barriers;
    for (CallInst *Call : Calls) {
      if (AreMany && IsSingleWrite(Call))
        continue;
      if (Frequencies && isSeldom(*Call->getParent(), *Frequencies))
        continue;
      Value *Ahead = IsSingle(Call) ? addressAhead(*Call) : nullptr;
      if (Function *Body = Library.findFor(*Call, Ahead != nullptr))
        Barriers.push_back({Call, Body, Ahead});
    }
    if (Barriers.empty())
      return false;
    LocatedBuilder B(*whereAllBegin(Barriers, Dominators, Loops));
    CallInst *Self = B.CreateCall(&Library.current());
    ToInline.push_back(Self);
    for (const ToReplace &Each : Barriers)
      ToInline.push_back(replace(Each, *Self));
    return true;
  }

  /// Once the library is linked.
  void run() {
    for (CallInst *Call : ToInline) {
      InlineFunctionInfo Info;
      if (InlineFunction(*Call, Info).isSuccess())
        ++NumInlined;
      else
        report_fatal_error("llvm-stm: a barrier can't be inlined");
    }
  }

private:
  struct ToReplace {
    CallInst *Barrier;
    Function *Body;
    Value *Ahead; ///< Where the next write goes; or null.
  };

  /// The descriptor is asked for once, and in no loop: before all barriers.
  static Instruction *whereAllBegin(ArrayRef<ToReplace> Barriers,
                                    DominatorTree &Dominators,
                                    LoopInfo &Loops) {
    BasicBlock *BB = Barriers.front().Barrier->getParent();
    for (const ToReplace &Each : Barriers)
      BB = Dominators.findNearestCommonDominator(BB, Each.Barrier->getParent());
    while (Loop *L = Loops.getLoopFor(BB))
      BB = Dominators[L->getHeader()]->getIDom()->getBlock();
    for (const ToReplace &Each : Barriers)
      if (Each.Barrier->getParent() == BB)
        return Each.Barrier; // The first one: they were found in order.
    return BB->getTerminator();
  }

  static CallInst *replace(const ToReplace &What, Value &Self) {
    CallInst &Barrier = *What.Barrier;
    LocatedBuilder B(Barrier);
    SmallVector<Value *, 4> Args{&Self};
    for (Value *Arg : Barrier.args())
      if (Args.size() < What.Body->arg_size())
        Args.push_back(Arg);
    if (What.Ahead)
      Args.push_back(What.Ahead);
    CallInst *Call = B.CreateCall(What.Body, Args);
    Call->takeName(&Barrier);
    Barrier.replaceAllUsesWith(Call);
    Barrier.eraseFromParent();
    return Call;
  }

  Function &F;
  std::vector<CallInst *> ToInline;
};

} // namespace

PreservedAnalyses InlineBarriersPass::run(Module &M,
                                          ModuleAnalysisManager &MAM) {
  InlinePolicy Policy = inlinePolicy();
  if (Policy == InlinePolicy::Never || none_of(M, isWanted))
    return PreservedAnalyses::all();
  BarrierLibrary Library(M);
  if (!Library.isUsable())
    return PreservedAnalyses::all();
  HotVersions Hot(M);
  SmallVector<Function *> Versions;
  for (Function &F : M)
    if (isWanted(F) &&
        (Policy == InlinePolicy::Always || !isVersion(F) || Hot.contains(F)))
      Versions.push_back(&F);
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  std::vector<Inliner> Work;
  for (Function *F : Versions)
    if (Inliner I(*F);
        I.prepare(Library, Policy == InlinePolicy::Always
                               ? nullptr
                               : &FAM.getResult<BlockFrequencyAnalysis>(*F)))
      Work.push_back(std::move(I));
  if (Work.empty())
    return PreservedAnalyses::all();
  Library.link();
  // What the barriers of a function have in common, and the slots of ranges.
  FunctionPassManager Cleanup;
  Cleanup.addPass(SROAPass(SROAOptions::PreserveCFG));
  Cleanup.addPass(EarlyCSEPass());
  for (Inliner &I : Work) {
    I.run();
    FAM.invalidate(I.function(), PreservedAnalyses::none());
    Cleanup.run(I.function(), FAM);
  }
  Library.remove();
  verifyAfter("InlineBarriers", M);
  return PreservedAnalyses::none();
}

} // namespace stm
