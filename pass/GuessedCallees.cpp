//===- pass/GuessedCallees.cpp - what an indirect call calls --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuessedCallees.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "Versions.h"
#include "Wrappers.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/InlineCost.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Attributes.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/CallPromotionUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

#define DEBUG_TYPE "stm-clone"

using namespace llvm;

namespace stm {

STATISTIC(NumGuessed, "Indirect calls compared with functions of the file");
STATISTIC(NumInlined, "Versions inlined where such a comparison is true");
STATISTIC(NumRemembered, "Loads of such a call's pointer that loops save");

namespace {

/// With more than that none is likely.
constexpr size_t MostGuesses = 2;
/// About as long as a call and its frame.
constexpr unsigned MostInlined = 16;

/// Computation, and accesses that become barriers. (Of what is inevitable
/// wherever it is executed the caller would be told as of its own.)
bool isHarmless(const Instruction &I) {
  if (auto *Call = dyn_cast<CallBase>(&I))
    return isa<IntrinsicInst>(Call) &&
           (Call->doesNotAccessMemory() || I.isLifetimeStartOrEnd() ||
            isa<AssumeInst>(I));
  return !isa<AllocaInst>(I) && !I.isVolatile() && !I.isAtomic();
}

bool isTiny(const Function &Version) {
  unsigned Instructions = 0;
  for (const Instruction &I : instructions(Version))
    if (!I.isDebugOrPseudoInst() &&
        (!isHarmless(I) || ++Instructions > MostInlined))
      return false;
  return !Version.isVarArg();
}

bool areForSameMachine(const Function &A, const Function &B) {
  for (StringRef Attr : {"target-cpu", "target-features"})
    if (A.getFnAttribute(Attr) != B.getFnAttribute(Attr))
      return false;
  return true;
}

void inlineIfTiny(CallBase &Call, const Function &Original) {
  Function &Caller = *Call.getFunction();
  Function &Version = *Call.getCalledFunction();
  InlineFunctionInfo Info;
  if (Original.hasFnAttribute(Attribute::NoInline) || !isTiny(Version) ||
      !isInlineViable(Version).isSuccess() ||
      !areForSameMachine(Version, Caller) ||
      !AttributeFuncs::areInlineCompatible(Caller, Version) ||
      !InlineFunction(Call, Info).isSuccess())
    return;
  AttributeFuncs::mergeAttributesForInlining(Caller, Version);
  ++NumInlined;
}

bool mayWrite(const Instruction &I) { return I.mayWriteToMemory(); }

/// Whether \p Call's arguments go where \p F looks for them. Its type doesn't
/// say all of it.
bool passesAlike(const CallBase &Call, const Function &F) {
  for (unsigned ArgNo = 0; ArgNo != Call.arg_size(); ++ArgNo)
    for (Attribute::AttrKind Kind :
         {Attribute::ByVal, Attribute::ByRef, Attribute::StructRet,
          Attribute::InAlloca, Attribute::Preallocated, Attribute::SwiftError,
          Attribute::SwiftSelf, Attribute::SwiftAsync, Attribute::InReg,
          Attribute::Nest})
      if (Call.paramHasAttr(ArgNo, Kind) !=
          (ArgNo < F.arg_size() && F.hasParamAttribute(ArgNo, Kind)))
        return false;
  return Call.getCallingConv() == F.getCallingConv() &&
         Call.getCalledOperand()->getType() == F.getType();
}

void storeBefore(Instruction &Where, unsigned Guess, AllocaInst &To) {
  IRBuilder<> B(&Where);
  B.CreateStore(B.getInt8(static_cast<uint8_t>(Guess)), &To);
}

} // namespace

GuessedCallees::GuessedCallees(const Selection &S, const VersionMap &Versions)
    : Versions(Versions) {
  for (Function *F : S.AddressTaken)
    if (policyFor(*F) == CallPolicy::Version && !isReplaceable(*F) &&
        !wrapperOf(*F) && !F->hasOptNone() && Versions.lookup(*F))
      OfType[F->getFunctionType()].push_back(F);
}

SmallVector<Function *, 2> GuessedCallees::of(const CallBase &Call) const {
  // Operand bundles say more of the pointer than that it is one.
  if (Call.hasOperandBundles() || Call.isMustTailCall() ||
      Call.hasFnAttr(Attribute::ReturnsTwice) ||
      Call.getFunction()->hasMinSize())
    return {};
  auto Found = OfType.find(Call.getFunctionType());
  if (Found == OfType.end() || Found->second.size() > MostGuesses)
    return {};
  SmallVector<Function *, 2> Guesses;
  for (Function *F : Found->second)
    if (passesAlike(Call, *F) && isLegalToPromote(Call, F))
      Guesses.push_back(F);
  return Guesses;
}

GuessedCalls::GuessedCalls(Function &Version, const GuessedCallees &Guesses)
    : F(Version), Guesses(Guesses) {
  SmallVector<CallBase *, 4> Calls;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I); Call && isWorthRemembering(*Call))
      Calls.push_back(Call);
  if (Calls.empty())
    return;
  DominatorTree Dominators(F);
  LoopInfo Loops(Dominators);
  for (CallBase *Call : Calls)
    remember(*Call, Dominators, Loops);
}

/// In one basic block with its call, the load comes before it however control
/// gets there.
bool GuessedCalls::isWorthRemembering(const CallBase &Call) const {
  auto *Load = dyn_cast<LoadInst>(Call.getCalledOperand());
  if (!Load || !Load->isSimple() || !Load->hasOneUse() ||
      Load->getParent() != Call.getParent())
    return false;
  SmallVector<Function *, 2> Found = Guesses.of(Call);
  return !Found.empty() && none_of(Found, [&](const Function *Guess) {
    return any_of(instructions(Guesses.versionOf(*Guess)), mayWrite);
  });
}

/// If \p Call is the only one of the innermost loop that it is in that may
/// write.
void GuessedCalls::remember(CallBase &Call, DominatorTree &Dominators,
                            LoopInfo &Loops) {
  auto *Load = cast<LoadInst>(Call.getCalledOperand());
  const Loop *Round = Loops.getLoopFor(Call.getParent());
  if (!Round || !Round->isLoopInvariant(Load->getPointerOperand()))
    return;
  for (const BasicBlock *BB : Round->blocks())
    for (const Instruction &I : *BB)
      if (&I != &Call && mayWrite(I))
        return;
  BasicBlock &Entry = F.getEntryBlock();
  IRBuilder<> B(&Entry, Entry.begin());
  AllocaInst *Last = B.CreateAlloca(B.getInt8Ty());
  for (BasicBlock *Before : predecessors(Round->getHeader()))
    if (!Round->contains(Before) && Dominators.isReachableFromEntry(Before))
      storeBefore(*Before->getTerminator(), 0, *Last);
  OfCall[&Call] = {Load, Last};
}

void GuessedCalls::compare(CallBase &Call) {
  SmallVector<Function *, 2> Found = Guesses.of(Call);
  if (Found.empty())
    return;
  auto Entry = OfCall.find(&Call);
  bool IsRemembered = Entry != OfCall.end();
  bool MayInline = !Call.isNoInline();
  // The verifier wants a line for a call of a known function.
  Call.setDebugLoc(LocatedBuilder(Call).getCurrentDebugLocation());
  BasicBlock *Before = Call.getParent();
  BasicBlock *Comparing = SplitBlock(Before, &Call);
  SmallVector<CallBase *, 2> Rights;
  for (Function *Guess : Found) {
    CallBase &Right = promoteCallWithIfThenElse(Call, Guess);
    Right.setCalledOperand(&Guesses.versionOf(*Guess));
    keepSoundAttributes(Right);
    Rights.push_back(&Right);
  }
  if (IsRemembered) {
    auto [Load, Last] = Entry->second;
    // What was right is right again: no comparison, and no load.
    replaceDbgUsesWithUndef(Load);
    Load->moveBefore(*Comparing, Comparing->begin());
    Instruction *End = Before->getTerminator();
    LocatedBuilder B(*End);
    SwitchInst *Switch =
        B.CreateSwitch(B.CreateLoad(B.getInt8Ty(), Last), Comparing,
                       static_cast<unsigned>(Rights.size()));
    End->eraseFromParent();
    for (auto [Index, Right] : enumerate(Rights)) {
      auto Number = static_cast<unsigned>(Index + 1);
      Switch->addCase(B.getInt8(static_cast<uint8_t>(Number)),
                      Right->getParent());
      storeBefore(*Right, Number, *Last);
    }
    storeBefore(Call, 0, *Last); // It may write.
    ++NumRemembered;
  }
  if (MayInline)
    for (auto [Right, Guess] : zip(Rights, Found))
      inlineIfTiny(*Right, *Guess);
  ++NumGuessed;
}

void GuessedCalls::finish() {
  if (OfCall.empty())
    return;
  SmallVector<AllocaInst *, 4> Variables;
  for (auto &[Call, What] : OfCall)
    Variables.push_back(What.Last);
  DominatorTree Dominators(F);
  PromoteMemToReg(Variables, Dominators);
}

} // namespace stm
