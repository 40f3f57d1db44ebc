//===- pass/ByteLoops.cpp - loops that read byte after byte ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ByteLoops.h"
#include "Diagnostics.h"
#include "Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

#define DEBUG_TYPE "stm-barriers"

using namespace llvm;

namespace stm {

STATISTIC(NumBytes, "Loads of bytes in loops that read words");

namespace {

constexpr unsigned WordBytes = 8;
/// Where no aligned word is, not even at null.
constexpr uint64_t Nowhere = 1;

bool isByte(const LoadInst &Load) {
  return Load.isSimple() && Load.getType()->isIntegerTy(8) &&
         Load.getPointerAddressSpace() == 0 &&
         !Load.getPointerOperand()->isSwiftError();
}

/// Whether \p Pointer goes to a neighbour in each turn of \p L.
bool isAtNextByte(Value &Pointer, const Loop &L, ScalarEvolution &Evolution) {
  auto *Address = dyn_cast<SCEVAddRecExpr>(Evolution.getSCEV(&Pointer));
  if (!Address || Address->getLoop()->getHeader() != L.getHeader() ||
      !Address->isAffine())
    return false;
  auto *Step = dyn_cast<SCEVConstant>(Address->getStepRecurrence(Evolution));
  return Step && Step->getAPInt().abs() == 1;
}

/// Whether nothing else in \p L accesses memory, but by loads that need no
/// barrier.
bool isAlone(const LoadInst &Load, const Loop &L,
             function_ref<bool(LoadInst &)> IsPlain) {
  return all_of(L.blocks(), [&](BasicBlock *BB) {
    return all_of(*BB, [&](Instruction &I) {
      if (auto *Other = dyn_cast<LoadInst>(&I))
        return Other == &Load || (Other->isSimple() && IsPlain(*Other));
      return !I.mayReadOrWriteMemory() || I.isDebugOrPseudoInst() ||
             I.isLifetimeStartOrEnd() || isa<AssumeInst>(I);
    });
  });
}

} // namespace

void ByteLoops::find(Function &F, const DominatorTree &Dominators,
                     function_ref<bool(LoadInst &)> IsWanted,
                     function_ref<bool(LoadInst &)> IsPlain,
                     function_ref<ScalarEvolution &()> Evolution) {
  if (F.hasOptSize() || F.hasOptNone() || isForSanitizer(F))
    return;
  SmallVector<LoadInst *, 8> Bytes;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      if (auto *Load = dyn_cast<LoadInst>(&I); Load && isByte(*Load))
        Bytes.push_back(Load);
  if (Bytes.empty())
    return;
  LoopInfo Loops(Dominators);
  for (LoadInst *Load : Bytes) {
    Loop *L = Loops.getLoopFor(Load->getParent());
    if (!L || !L->isInnermost() || !IsWanted(*Load) ||
        !isAlone(*Load, *L, IsPlain) ||
        !isAtNextByte(*Load->getPointerOperand(), *L, Evolution()))
      continue;
    ByteLoad &New = Loads.emplace_back(ByteLoad{Load, {}});
    copy_if(predecessors(L->getHeader()), std::back_inserter(New.BeforeLoop),
            [&](BasicBlock *BB) { return !L->contains(BB); });
  }
}

bool ByteLoops::contains(const LoadInst &Load) const {
  return any_of(Loads,
                [&](const ByteLoad &Other) { return Other.Load == &Load; });
}

void ByteLoops::replace(
    Function &F,
    function_ref<Value *(Instruction &Before, Value &Address)> ReadWord) {
  if (Loads.empty())
    return;
  SmallVector<AllocaInst *, 4> Variables;
  for (auto &[Load, BeforeLoop] : Loads) {
    ++NumBytes;
    IRBuilder<> AtEntry(&F.getEntryBlock(), F.getEntryBlock().begin());
    Type *Word = AtEntry.getInt64Ty(), *Pointer = AtEntry.getPtrTy();
    AllocaInst *Where = AtEntry.CreateAlloca(Pointer);
    AllocaInst *What = AtEntry.CreateAlloca(Word);
    Variables.append({Where, What});
    for (BasicBlock *BB : BeforeLoop) {
      IRBuilder<> BeforeIt(BB->getTerminator());
      BeforeIt.CreateStore(
          BeforeIt.CreateIntToPtr(BeforeIt.getInt64(Nowhere), Pointer), Where);
      BeforeIt.CreateStore(Constant::getNullValue(Word), What);
    }

    LocatedBuilder B(*Load);
    Value *Byte = Load->getPointerOperand();
    Value *Begin = B.CreateIntrinsic(Intrinsic::ptrmask, {Pointer, Word},
                                     {Byte, B.getInt64(-int64_t{WordBytes})});
    Value *IsAnother = B.CreateICmpNE(Begin, B.CreateLoad(Pointer, Where));
    Instruction *Then = SplitBlockAndInsertIfThen(
        IsAnother, Load->getIterator(), /*Unreachable=*/false,
        MDBuilder(F.getContext()).createBranchWeights(1, WordBytes - 1));
    Value *Read = ReadWord(*Then, *Begin);
    IRBuilder<> Behind(Then);
    Behind.CreateStore(Begin, Where);
    Behind.CreateStore(Read, What);

    LocatedBuilder After(*Load);
    Value *Shift = After.CreateShl(
        After.CreateAnd(After.CreatePtrToInt(Byte, Word), WordBytes - 1), 3);
    Value *Result = After.CreateTrunc(
        After.CreateLShr(After.CreateLoad(Word, What), Shift), Load->getType());
    Result->takeName(Load);
    Load->replaceAllUsesWith(Result);
    Load->eraseFromParent();
  }
  Loads.clear();
  DominatorTree Dominators(F);
  PromoteMemToReg(Variables, Dominators);
}

} // namespace stm
