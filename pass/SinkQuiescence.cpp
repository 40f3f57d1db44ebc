//===- pass/SinkQuiescence.cpp - waits for older attempts, later ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SinkQuiescence.h"
#include "CapturedMemory.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "OwnMemory.h"
#include "RuntimeCalls.h"
#include "SelectFunctions.h"
#include "SettledReads.h"
#include "VersionProof.h"
#include "Versions.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/EHPersonalities.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

#define DEBUG_TYPE "stm-sink"

using namespace llvm;

namespace stm {

STATISTIC(NumLazy, "Blocks that leave the wait for older attempts");
STATISTIC(NumWaits, "Places where code waits instead");

namespace {

/// Whether a call of \p Callee in a transaction doesn't surely tell others how
/// far this thread has come, before the commit. What does starts the
/// transaction again if a wait was left (Tx::beforeTelling), so where it is
/// known to the blocks before it don't leave it.
bool keepsToItself(const Function &Callee) {
  StringRef Name = Callee.getName();
  if (!Name.consume_front("__stm_wrap_"))
    return !is_contained(ArrayRef<StringRef>{"__stm_become_inevitable_beside",
                                             "__stm_before_telling",
                                             "stm_print_report",
                                             "stm_on_conflict"},
                         Name);
  // Locks, reference counts, sleep, input.
  return !is_contained(ArrayRef<StringRef>{"nanosleep", "clock_nanosleep",
                                           "read", "pread"},
                       Name) &&
         none_of(
             ArrayRef<StringRef>{
                 "pthread_", "mtx_", "_ZNSt3__15mutex",
                 "_ZNSt3__115recursive_mutex", "_ZNSt16_Sp_counted_base",
                 "_ZNSt15__exception_ptr", "_ZNSt16nested_exception",
                 "_ZSt17current_exceptionv", "_ZSt17rethrow_exception",
                 "_ZNSt3__119__shared_weak_count"},
             [&](StringRef Front) { return Name.starts_with(Front); });
}

class Sinker {
public:
  Sinker(Function &F, const VersionProof &Unnoticed, OwnMemory &Own)
      : F(F), Unnoticed(Unnoticed), Own(Own), Dominators(F), Loops(Dominators) {
  }

  bool run() {
    for (Instruction &I : instructions(F))
      if (isBlock(I) && Dominators.isReachableFromEntry(I.getParent()))
        Blocks.push_back(cast<CallBase>(&I));
    if (Blocks.empty() || !isUnderstood() || !findPlaces())
      return false;
    for (CallBase *Block : Blocks)
      if (reachesBlock(*Block))
        Lazy.insert(Block);
    if (Lazy.empty())
      return false;
    findPending();
    for (BasicBlock &BB : F)
      if (Pending.contains(&BB))
        wait(BB, Pending.lookup(&BB));
    for (LoadInst *Load : ToSettle)
      makeSettled(*Load);
    makeLazy();
    return true;
  }

private:
  bool isUnderstood() const {
    if (F.isPresplitCoroutine() || F.hasFnAttribute(Attribute::Naked) ||
        (F.hasPersonalityFn() &&
         isScopedEHPersonality(classifyEHPersonality(F.getPersonalityFn()))))
      return false;
    return none_of(instructions(F), [](const Instruction &I) {
      auto *Call = dyn_cast<CallBase>(&I);
      return Call && Call->hasFnAttr(Attribute::ReturnsTwice);
    });
  }

  /// A block that isn't known to tell others anything but by its commit. The
  /// report has a late wait with the block before it, whose site must still be
  /// there.
  bool isBlock(const Instruction &I) const {
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call || !runsAtomicBlock(*Call) ||
        !isa<Constant>(Call->getArgOperand(3)))
      return false;
    const Function *Version = knownFunction(Call->getArgOperand(1));
    return Version && Unnoticed.of(*Version);
  }

  /// Whether what was privatized must be out of others' reach before \p I.
  bool needsQuiescence(const Instruction &I) {
    return !isBlock(I) && Own.reachesOut(I);
  }

  /// Where to wait: before what needs it, or before the loops it is in, as
  /// long as no block is in them. Loads on the way to another block need not
  /// wait, if there are few. False: there is no such place.
  bool findPlaces() {
    SmallPtrSet<const Loop *, 8> WithBlocks;
    DenseMap<const Loop *, unsigned> LoadsIn;
    for (CallBase *Block : Blocks)
      for (Loop *L = Loops.getLoopFor(Block->getParent()); L;
           L = L->getParentLoop())
        WithBlocks.insert(L);
    for (BasicBlock &BB : F) {
      if (!Dominators.isReachableFromEntry(&BB))
        continue;
      Loop *Outermost = nullptr;
      for (Loop *L = Loops.getLoopFor(&BB); L && !WithBlocks.contains(L);
           L = L->getParentLoop())
        Outermost = L;
      for (Instruction &I : BB) {
        if (!needsQuiescence(I))
          continue;
        if (!Outermost) {
          if (canBeSettled(I)) {
            Loads.insert(&I);
            ++LoadsIn[Loops.getLoopFor(&BB)];
          } else {
            Places.insert(&I);
          }
          continue;
        }
        if (!waitBefore(*Outermost))
          return false;
        break;
      }
    }
    SmallVector<const Instruction *, 16> Wait;
    for (const Instruction *Load : Loads)
      if (LoadsIn.lookup(Loops.getLoopFor(Load->getParent())) >
              MostSettledReads ||
          !reachesBlock(*Load))
        Wait.push_back(Load);
    Places.insert(Wait.begin(), Wait.end());
    return true;
  }

  /// False: a block may be what comes last before \p L, or somebody jumps
  /// there. (What else is invoked leaves no wait.)
  bool waitBefore(const Loop &L) {
    for (BasicBlock *Before : predecessors(L.getHeader())) {
      if (L.contains(Before))
        continue;
      Instruction &Last = *Before->getTerminator();
      if (!isa<BranchInst, SwitchInst, InvokeInst>(Last) || isBlock(Last))
        return false;
      Places.insert(&Last);
    }
    return true;
  }

  /// Whether code may come from behind \p From to a block, past no place.
  bool reachesBlock(const Instruction &From) const {
    SmallPtrSet<const BasicBlock *, 16> Seen;
    SmallVector<const BasicBlock *, 16> Next;
    enum { Stops, Ends, Found };
    auto Walk = [&](BasicBlock::const_iterator At, const BasicBlock &BB) {
      for (; At != BB.end(); ++At) {
        if (Places.contains(&*At))
          return Stops;
        if (isBlock(*At))
          return Found;
      }
      return Ends;
    };
    auto Follow = [&](const BasicBlock &BB) {
      for (const BasicBlock *Successor : successors(&BB))
        if (Seen.insert(Successor).second)
          Next.push_back(Successor);
    };
    if (auto *Invoke = dyn_cast<InvokeInst>(&From)) {
      Seen.insert(Invoke->getNormalDest());
      Next.push_back(Invoke->getNormalDest());
    } else {
      const BasicBlock &BB = *From.getParent();
      switch (Walk(std::next(From.getIterator()), BB)) {
      case Found:
        return true;
      case Stops:
        return false;
      case Ends:
        Follow(BB);
      }
    }
    while (!Next.empty()) {
      const BasicBlock &BB = *Next.pop_back_val();
      switch (Walk(BB.begin(), BB)) {
      case Found:
        return true;
      case Stops:
        break;
      case Ends:
        Follow(BB);
      }
    }
    return false;
  }

  /// Whether a wait may have been left at \p BB's end, or before the invoke
  /// that ends it.
  bool isLeftAfter(const BasicBlock &BB, bool IsLeft) const {
    for (const Instruction &I : BB) {
      if (Places.contains(&I))
        IsLeft = false;
      if (Lazy.contains(&I) && !I.isTerminator())
        IsLeft = true;
    }
    return IsLeft;
  }

  /// By basic block, whether a wait may have been left when it begins.
  void findPending() {
    SmallVector<const BasicBlock *, 16> Work{&F.getEntryBlock()};
    Pending[&F.getEntryBlock()] = false;
    while (!Work.empty()) {
      const BasicBlock &BB = *Work.pop_back_val();
      bool IsLeft = isLeftAfter(BB, Pending.lookup(&BB));
      auto *Invoke = dyn_cast<InvokeInst>(BB.getTerminator());
      for (const BasicBlock *Successor : successors(&BB)) {
        // Who is left by an exception has waited.
        bool ByBlock = Invoke && Lazy.contains(Invoke) &&
                       Successor == Invoke->getNormalDest();
        auto [Entry, IsNew] = Pending.try_emplace(Successor, false);
        bool Before = Entry->second;
        Entry->second |= IsLeft || ByBlock;
        if (IsNew || Entry->second != Before)
          Work.push_back(Successor);
      }
    }
  }

  void wait(BasicBlock &BB, bool IsLeft) {
    for (Instruction &I : make_early_inc_range(BB)) {
      if (Places.contains(&I) && IsLeft) {
        ++NumWaits;
        LocatedBuilder B(I);
        B.CreateCall(
            getRuntime(*F.getParent(), Runtime::__stm_await_quiescence));
        IsLeft = false;
      }
      if (IsLeft && Loads.contains(&I))
        ToSettle.push_back(cast<LoadInst>(&I));
      if (IsLeft && isBlock(I)) // One wait for both.
        Lazy.insert(&I);
      if (Lazy.contains(&I))
        IsLeft = true;
    }
  }

  void makeLazy() {
    OptimizationRemarkEmitter Remarks(&F);
    for (CallBase *Block : Blocks) {
      if (!Lazy.contains(Block))
        continue;
      ++NumLazy;
      Block->setCalledFunction(getRuntime(
          *F.getParent(),
          StringSwitch<Runtime>(Block->getCalledFunction()->getName())
              .Case("__stm_atomic_ro_tx", Runtime::__stm_atomic_ro_lazy_tx)
              .Case("__stm_atomic_wf_tx", Runtime::__stm_atomic_wf_lazy_tx)
              .Default(Runtime::__stm_atomic_lazy_tx)));
      Remarks.emit([&] {
        return OptimizationRemark("stm", "Lazy", Block)
               << "a block leaves the wait for older transactions to the code "
                  "that follows";
      });
    }
  }

  Function &F;
  const VersionProof &Unnoticed;
  OwnMemory &Own;
  DominatorTree Dominators;
  LoopInfo Loops;
  SmallVector<CallBase *> Blocks;
  SmallPtrSet<const Instruction *, 32> Places;
  /// What would need quiescence, but can have a look instead; some wait all the
  /// same.
  SmallPtrSet<Instruction *, 16> Loads;
  SmallVector<LoadInst *, 16> ToSettle;
  SmallPtrSet<const Instruction *, 8> Lazy;
  DenseMap<const BasicBlock *, bool> Pending;
};

} // namespace

PreservedAnalyses SinkQuiescencePass::run(Module &M, ModuleAnalysisManager &) {
  VersionProof Unnoticed(M, keepsToItself, /*Unseen=*/true);
  OwnMemory Own;
  bool Changed = false;
  for (Function &F : M)
    if (!F.isDeclaration() && !isVersion(F) && !F.hasFnAttribute(DoneAttr))
      Changed |= Sinker(F, Unnoticed, Own).run();
  if (Changed)
    Own.callWhatWasSeen(M);
  verifyAfter("SinkQuiescence", M);
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace stm
