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
#include "SettleTogether.h"
#include "SettledAccesses.h"
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
    for (Instruction *I : settleTogether(F, regions(), Own, Dominators, Loops))
      Looks.erase(I);
    for (BasicBlock &BB : F)
      if (Pending.contains(&BB))
        wait(BB, Pending.lookup(&BB));
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
  /// long as no block is in them. What touches few bytes on the way to another
  /// block need not wait, if it isn't much. False: there is no such place.
  bool findPlaces() {
    SmallPtrSet<const Loop *, 8> WithBlocks;
    DenseMap<const Loop *, unsigned> LooksIn;
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
          if (canBeSettled(I, Own)) {
            Looks.insert(&I);
            ++LooksIn[Loops.getLoopFor(&BB)];
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
    for (const Instruction *Look : Looks)
      if (LooksIn.lookup(Loops.getLoopFor(Look->getParent())) > MostSettled ||
          !reachesBlock(*Look))
        Wait.push_back(Look);
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

  /// Calls \p Visit for what may be executed from \p At, in \p First, on, until
  /// that says that code goes no further there.
  template <class Visitor>
  void walk(const BasicBlock &First, BasicBlock::const_iterator At,
            Visitor Visit) const {
    SmallPtrSet<const BasicBlock *, 16> Seen;
    SmallVector<const BasicBlock *, 16> Next;
    auto Walk = [&](const BasicBlock &BB, BasicBlock::const_iterator At) {
      for (; At != BB.end(); ++At)
        if (!Visit(*At))
          return;
      for (const BasicBlock *Successor : successors(&BB))
        if (Seen.insert(Successor).second)
          Next.push_back(Successor);
    };
    Walk(First, At);
    while (!Next.empty()) {
      const BasicBlock &BB = *Next.pop_back_val();
      Walk(BB, BB.begin());
    }
  }
  /// The same behind \p From, where it doesn't throw.
  template <class Visitor>
  void walkBehind(const Instruction &From, Visitor Visit) const {
    if (auto *Invoke = dyn_cast<InvokeInst>(&From))
      walk(*Invoke->getNormalDest(), Invoke->getNormalDest()->begin(), Visit);
    else
      walk(*From.getParent(), std::next(From.getIterator()), Visit);
  }

  /// Whether code may come from behind \p From to a block, past no place.
  bool reachesBlock(const Instruction &From) const {
    bool Found = false;
    walkBehind(From, [&](const Instruction &I) {
      if (Places.contains(&I))
        return false;
      Found |= isBlock(I);
      return !Found;
    });
    return Found;
  }

  /// What can have a look, by the blocks that it may come after. Not what comes
  /// after a block that throws: a wait that an earlier one has left may still
  /// be there.
  SmallVector<SettledRegion, 4> regions() const {
    SmallVector<SettledRegion, 4> All;
    SmallPtrSet<const Instruction *, 8> AfterThrow;
    if (Looks.empty())
      return All;
    auto UntilNext = [&](auto Visit) {
      return [=, this](const Instruction &I) {
        if (Places.contains(&I) || isBlock(I))
          return false;
        if (Looks.contains(const_cast<Instruction *>(&I)))
          Visit(I);
        return true;
      };
    };
    for (const CallBase *Block : Blocks)
      if (auto *Invoke = dyn_cast<InvokeInst>(Block))
        walk(*Invoke->getUnwindDest(), Invoke->getUnwindDest()->begin(),
             UntilNext([&](const Instruction &I) { AfterThrow.insert(&I); }));
    for (CallBase *Block : Blocks) {
      SettledRegion &R = All.emplace_back(SettledRegion{Block, {}});
      walkBehind(*Block, UntilNext([&](const Instruction &I) {
        if (!AfterThrow.contains(&I))
          R.Accesses.insert(const_cast<Instruction *>(&I));
      }));
    }
    return All;
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
    Settler Settles(Own);
    for (Instruction &I : make_early_inc_range(BB)) {
      if (Places.contains(&I) && IsLeft) {
        ++NumWaits;
        LocatedBuilder B(I);
        B.CreateCall(
            getRuntime(*F.getParent(), Runtime::__stm_await_quiescence));
        IsLeft = false;
      }
      if (IsLeft && isBlock(I)) // One wait for both.
        Lazy.insert(&I);
      if (Lazy.contains(&I)) {
        IsLeft = true;
        Settles.startAnew();
      } else if (IsLeft && Looks.erase(&I)) {
        Settles.settle(I); // May erase it.
      }
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
  SmallPtrSet<Instruction *, 16> Looks;
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
