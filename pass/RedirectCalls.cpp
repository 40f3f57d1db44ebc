//===- pass/RedirectCalls.cpp - calls of versions, and of atomic blocks ---===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RedirectCalls.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "LLVMCompat.h"
#include "LowerInevitability.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "Wrappers.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace stm {
namespace {

/// \p Old with another callee and arguments, its place in the control flow
/// kept. A block that is called plainly is never cancelled: 0.
CallBase &replaceCall(CallBase &Old, FunctionCallee Callee,
                      ArrayRef<Value *> Args) {
  LocatedBuilder B(Old);
  CallBase *New;
  if (auto *Invoke = dyn_cast<InvokeInst>(&Old))
    New = B.CreateInvoke(Callee, Invoke->getNormalDest(),
                         Invoke->getUnwindDest(), Args);
  else
    New = B.CreateCall(Callee, Args);
  if (Old.doesNotThrow())
    New->setDoesNotThrow();
  if (!Old.use_empty())
    Old.replaceAllUsesWith(New->getType() == Old.getType()
                               ? static_cast<Value *>(New)
                               : Constant::getNullValue(Old.getType()));
  Old.eraseFromParent();
  return *New;
}

/// The version that a body surely has; null where that isn't known.
Constant *versionOfBody(Function &Body, VersionMap &Versions) {
  if (isReplaceable(Body))
    return nullptr;
  if (Function *V = Versions.lookup(Body))
    return V;
  switch (policyFor(Body)) {
  case CallPolicy::AsItStands:
    return &Body;
  case CallPolicy::Safe:
    return Versions.declare(Body, /*Strong=*/true);
  default:
    return nullptr;
  }
}

/// Makes the block \p Call name the version of its body where that is known.
/// What is left as it stands is looked up at run time.
void nameVersion(CallBase &Call, VersionMap &Versions) {
  Value *Body = Call.getArgOperand(0);
  Function *Known = knownFunction(Body);
  Constant *Version = Known ? versionOfBody(*Known, Versions) : nullptr;
  if (!Version)
    return remarkInevitable(Call,
                            Known ? "no version of " + printableName(*Known)
                                  : "the body is not known",
                            Certainty::Surely);
  Runtime Entry =
      isSnapshot(Call) ? Runtime::__stm_snapshot_tx : Runtime::__stm_atomic_tx;
  CallBase &New = replaceCall(
      Call, getRuntime(*Call.getModule(), Entry),
      {Body, Version, Call.getArgOperand(1), Call.getArgOperand(2)});
  if (!isVersion(*New.getFunction()))
    return;
  // Else a version would fill in site and closure through barriers.
  addNoCapture(New, 3);
  if (Known->arg_size() && Known->getArg(0)->hasNoCaptureAttr())
    addNoCapture(New, 2);
}

/// Whether \p F is one of those that LLVM knows, of which no file of the
/// program's has a version.
bool isOfCLibrary(const Function &F) {
  LibFunc Which;
  return TargetLibraryInfoImpl(Triple(F.getParent()->getTargetTriple()))
      .getLibFunc(F, Which);
}

class Redirector {
public:
  Redirector(Function &Version, VersionMap &Versions,
             const GuessedCallees &Guesses, Cancels &Cancelled)
      : F(Version), M(*F.getParent()), Versions(Versions), Guessed(F, Guesses),
        Cancelled(Cancelled) {}

  void run() {
    SmallVector<CallBase *> Calls;
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallBase>(&I))
        Calls.push_back(Call);
    gatherAllocas();
    for (CallBase *Call : Calls)
      redirect(*Call);
    Guessed.finish();
  }

private:
  /// The entry block may be split: what is left in its first part are the
  /// allocas that make up the fixed frame.
  void gatherAllocas() {
    BasicBlock &Entry = F.getEntryBlock();
    Instruction *End = &*Entry.getFirstNonPHIOrDbgOrAlloca();
    for (Instruction &I : make_early_inc_range(Entry))
      if (auto *A = dyn_cast<AllocaInst>(&I); A && A->isStaticAlloca())
        if (End->comesBefore(A))
          A->moveBefore(Entry, End->getIterator());
  }

  void redirect(CallBase &Call) {
    if (Call.isInlineAsm())
      return; // LowerInevitability
    if (isAtomicBlock(Call)) {
      Function *Body = knownFunction(Call.getArgOperand(0));
      // A snapshot is flat too, but the runtime is told: nothing may be written
      // meanwhile.
      if (isSnapshot(Call) || !Body || Cancelled.mayCancel(*Body)) {
        if (Body)
          settleBefore(Call, *Body);
        return nameVersion(Call, Versions);
      }
      // Nesting is flat: the block is part of this transaction.
      return redirect(replaceCall(
          Call,
          {FunctionType::get(Type::getVoidTy(M.getContext()),
                             {Call.getArgOperand(1)->getType()}, false),
           Call.getArgOperand(0)},
          {Call.getArgOperand(1)}));
    }

    Function *Callee = knownFunction(Call.getCalledOperand());
    if (!Callee) {
      if (auto *Chosen = dyn_cast<GlobalIFunc>(
              Call.getCalledOperand()->stripPointerCasts());
          Chosen && callChosen(Call, *Chosen))
        return;
      Guessed.compare(Call);
      return lookUp(Call, "indirect call", Certainty::Perhaps);
    }
    if (Callee->isIntrinsic())
      return; // InsertBarriers, LowerInevitability

    Function *Wrapper = wrapperOf(*Callee);
    if (Wrapper && Versions.lookup(*Wrapper) != &F) {
      Callee = Wrapper;
      Call.setCalledOperand(Wrapper);
    }

    std::string Reason = "call to " + printableName(*Callee);
    CallPolicy Policy = policyFor(*Callee);
    if (Policy == CallPolicy::AsItStands)
      return settleBefore(Call, *Callee);
    if (Call.hasFnAttr(Attribute::ReturnsTwice))
      return makeInevitableBefore(Call, Reason);
    if (isReplaceable(*Callee))
      return lookUp(Call, Reason, Certainty::Perhaps);
    if (Function *V = Versions.lookup(*Callee))
      return retarget(Call, V);

    switch (Policy) {
    case CallPolicy::AsItStands:
      break;
    case CallPolicy::Wrapped:
      if (isOnGlobal(Call, *Callee))
        return makeInevitableBefore(Call, Reason);
      if (Function *Wrap = getWrapFor(*Callee)) {
        if (Callee->isDeclaration())
          keepNoCapture(Call);
        return retarget(Call, Wrap);
      }
      return makeInevitableBefore(Call, Reason);
    case CallPolicy::Safe:
      return retarget(Call, Versions.declare(*Callee, /*Strong=*/true));
    case CallPolicy::Unknown:
      return callWeak(Call, *Callee, Reason);
    case CallPolicy::Version:
    case CallPolicy::Inevitable:
      return makeInevitableBefore(Call, Reason);
    case CallPolicy::Beside:
      return makeInevitableBefore(Call, Reason, Company::Beside);
    }
  }

  /// One that is chosen when the program starts (target_clones): its address is
  /// perhaps that of a stub, so its version is looked up by what the resolver
  /// returns. False: that can't be asked.
  bool callChosen(CallBase &Call, GlobalIFunc &Chosen) {
    Function *Resolver = Chosen.getResolverFunction();
    if (!Resolver || !Resolver->hasFnAttribute(PureAttr))
      return false;
    LocatedBuilder B(Call);
    Call.setCalledOperand(B.CreateCall(Resolver));
    lookUp(Call, "call to " + demangle(Chosen.getName()), Certainty::Perhaps);
    return true;
  }

  /// The program's own function may tell others what this thread has done, or
  /// read plainly what it has made private.
  void settleBefore(CallBase &Call, const Function &Callee) {
    if (!Callee.hasFnAttribute(PureAttr) || Callee.doesNotAccessMemory())
      return;
    LocatedBuilder B(Call);
    B.CreateCall(getRuntime(M, Runtime::__stm_before_telling));
  }

  /// What a library function keeps no address of, the runtime's version keeps
  /// none of either. (Not of reference counts: what is given up is noted.)
  static void keepNoCapture(CallBase &Call) {
    for (unsigned ArgNo = 0; ArgNo != Call.arg_size(); ++ArgNo)
      if (Call.getArgOperand(ArgNo)->getType()->isPointerTy() &&
          Call.doesNotCapture(ArgNo))
        addNoCapture(Call, ArgNo);
  }

  /// Whether it surely is on an object that the attempt hasn't made: std::cout.
  static bool isOnGlobal(const CallBase &Call, const Function &Callee) {
    std::optional<unsigned> Object = ownObjectOf(Callee);
    return Object && isa<GlobalVariable>(
                         getUnderlyingObject(Call.getArgOperand(*Object)));
  }

  void retarget(CallBase &Call, Value *Target) {
    Call.setCalledOperand(Target);
    keepSoundAttributes(Call);
  }

  void callWeak(CallBase &Call, Function &Callee, StringRef Reason) {
    remarkInevitable(Call, Reason,
                     isOfCLibrary(Callee) ? Certainty::Surely
                                          : Certainty::Elsewhere);
    callIfThere(Call, Versions.declare(Callee, /*Strong=*/false), Reason);
  }

  void lookUp(CallBase &Call, StringRef Reason, Certainty How) {
    remarkInevitable(Call, Reason, How);
    LocatedBuilder B(Call);
    CallInst *Version = B.CreateCall(getRuntime(M, Runtime::__stm_clone_of),
                                     {Call.getCalledOperand()});
    callIfThere(Call, Version, Reason);
  }

  /// One call with a chosen target, not two calls: so invokes, musttail calls
  /// and results need no care.
  void callIfThere(CallBase &Call, Value *Version, StringRef Reason) {
    Value *Original = Call.getCalledOperand();
    LocatedBuilder B(Call);
    Value *Missing = B.CreateIsNull(Version);
    BasicBlock *Fast = Call.getParent();
    Instruction *Slow = SplitBlockAndInsertIfThen(
        Missing, Call.getIterator(), /*Unreachable=*/false,
        MDBuilder(M.getContext()).createUnlikelyBranchWeights());
    Slow->setDebugLoc(B.getCurrentDebugLocation());
    Fast->getTerminator()->setDebugLoc(B.getCurrentDebugLocation());
    LocatedBuilder SlowBuilder(*Slow);
    emitBecomeInevitable(SlowBuilder, Reason);

    LocatedBuilder Merge(Call);
    PHINode *Target = Merge.CreatePHI(Version->getType(), 2);
    Target->addIncoming(Version, Fast);
    Target->addIncoming(Original, Slow->getParent());
    retarget(Call, Target);
  }

  Function &F;
  Module &M;
  VersionMap &Versions;
  GuessedCalls Guessed;
  Cancels &Cancelled;
};

} // namespace

void redirectCalls(Function &Version, VersionMap &Versions,
                   const GuessedCallees &Guesses, Cancels &Cancelled) {
  Redirector(Version, Versions, Guesses, Cancelled).run();
}

void redirectAtomicBlocks(Module &M, VersionMap &Versions) {
  SmallVector<CallBase *> Blocks;
  for (Function &F : M)
    if (!isVersion(F))
      for (Instruction &I : instructions(F))
        if (auto *Call = dyn_cast<CallBase>(&I); Call && isAtomicBlock(*Call))
          Blocks.push_back(Call);
  for (CallBase *Call : Blocks)
    nameVersion(*Call, Versions);
}

} // namespace stm
