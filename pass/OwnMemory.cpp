//===- pass/OwnMemory.cpp - what no other thread can reach ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OwnMemory.h"
#include "CapturedMemory.h"
#include "FunctionPolicy.h"
#include "LabelTables.h"
#include "LowerInevitability.h"
#include "RuntimeCalls.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "Wrappers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stm {
namespace {

constexpr unsigned BodyArg = 0, ClosureArg = 2;

/// Beyond that many, whatever it is for isn't looked into.
constexpr unsigned MostCopies = 64;

/// Functions that are longer, or call each other more deeply, aren't looked
/// into.
constexpr unsigned MostInstructions = 2000, MostDepth = 16;

/// Of what is no code: lifetimes, debug information, assumptions.
bool isMark(const Instruction &I) {
  auto *Intrinsic = dyn_cast<IntrinsicInst>(&I);
  return Intrinsic && Intrinsic->isAssumeLikeIntrinsic() &&
         Intrinsic->getType()->isVoidTy();
}

/// Inline assembly that keeps a value, or memory, from being optimized away.
bool isKeptInPlace(const CallBase &Call) {
  return Call.isInlineAsm() && Call.getType()->isVoidTy() &&
         isEmptyAssembly(Call);
}

bool isClosureOf(const CallBase &Call, const Use &U) {
  return runsAtomicBlock(Call) && Call.isArgOperand(&U) &&
         Call.getArgOperandNo(&U) == ClosureArg;
}

/// The closure as the body of \p Block sees it, if what that does with it can
/// be looked at.
const Argument *closureInBody(const CallBase &Block) {
  const Function *Body = knownFunction(Block.getArgOperand(BodyArg));
  return Body && Body->hasExactDefinition() && Body->arg_size() == 1
             ? Body->getArg(0)
             : nullptr;
}

/// Whether \p I, a user of an address, computes another one of the same.
bool isCopy(const Instruction &I) {
  if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&I))
    return Intrinsic->getIntrinsicID() == Intrinsic::threadlocal_address;
  if (isa<CastInst>(I))
    return !isa<AddrSpaceCastInst>(I) &&
           !(I.getOperand(0)->getType()->isPointerTy() &&
             !I.getType()->isPointerTy());
  return isa<GetElementPtrInst, PHINode, SelectInst>(I);
}

/// Whether \p Is says yes to all uses of \p Pointer, and of what is computed
/// from it.
template <class Predicate> bool allUses(const Value &Pointer, Predicate Is) {
  SmallVector<const Value *, 16> Copies{&Pointer};
  SmallPtrSet<const Value *, 16> Seen{&Pointer};
  while (!Copies.empty()) {
    for (const Use &U : Copies.pop_back_val()->uses()) {
      auto *I = dyn_cast<Instruction>(U.getUser());
      if (!I) // A constant, which may be anywhere.
        return false;
      if (!isCopy(*I)) {
        if (!Is(U))
          return false;
      } else if (I->getType()->isVectorTy() || Seen.size() == MostCopies) {
        return false;
      } else if (Seen.insert(I).second) {
        Copies.push_back(I);
      }
    }
  }
  return true;
}

/// Where \p Pointer points to, from an alloca's or an argument's begin.
struct Location {
  const Value *Object;
  int64_t Offset;

  Location(const Value &Pointer, const DataLayout &DL) {
    APInt Sum(DL.getIndexTypeSizeInBits(Pointer.getType()), 0);
    Object = Pointer.stripAndAccumulateConstantOffsets(
        DL, Sum, /*AllowNonInbounds=*/true);
    Offset = Sum.getSExtValue();
  }
  bool isKnown() const { return isa<AllocaInst, Argument>(Object); }
};

enum class Reading {
  None,
  Pointer, ///< A load of just that, perhaps as a number.
  Unknown,
};

/// What a use of a closure that doesn't escape reads of the pointer at
/// \p Offset.
Reading readingOf(const Use &U, int64_t Offset) {
  auto *I = cast<Instruction>(U.getUser());
  const DataLayout &DL = I->getModule()->getDataLayout();
  int64_t End = Offset + DL.getPointerSize();
  if (auto *Load = dyn_cast<LoadInst>(I)) {
    Location From(*Load->getPointerOperand(), DL);
    TypeSize Size = DL.getTypeStoreSize(Load->getType());
    if (!From.isKnown() || Size.isScalable())
      return Reading::Unknown;
    int64_t FromEnd = From.Offset + static_cast<int64_t>(Size.getFixedValue());
    if (From.Offset >= End || FromEnd <= Offset)
      return Reading::None;
    return From.Offset == Offset && FromEnd == End ? Reading::Pointer
                                                   : Reading::Unknown;
  }
  if (auto *Transfer = dyn_cast<AnyMemTransferInst>(I))
    return &U == &Transfer->getRawSourceUse() ? Reading::Unknown
                                              : Reading::None;
  return isa<StoreInst, CmpInst, AnyMemSetInst>(I) || isMark(*I)
             ? Reading::None
             : Reading::Unknown;
}

/// The function that surely is called, as what it is.
const Function *knownCallee(const CallBase &Call) {
  const Function *Callee = knownFunction(Call.getCalledOperand());
  return Callee && Callee->getFunctionType() == Call.getFunctionType()
             ? Callee
             : nullptr;
}

/// Whether a value of that type may be an address, or have one in it.
bool mayPoint(Type &T) { return T.isPtrOrPtrVectorTy() || T.isAggregateType(); }

/// Draws from libc's own sequence, whose numbers say nothing about memory.
bool isDraw(const Function &F) {
  return F.getName() == "rand" || F.getName() == "random";
}

/// Whether \p F, of libc, touches nothing of the program's but errno when it is
/// called so: mathematics, the time, rand. (What returns nothing is there for
/// something else, such as to end the program by its own handlers.)
bool touchesNothing(const Function &F, const CallBase &Call) {
  return F.isDeclaration() && !isRuntimeName(F.getName()) &&
         !F.hasFnAttribute(PureAttr) &&
         (policyFor(F) == CallPolicy::AsItStands || isDraw(F)) &&
         !Call.getType()->isVoidTy() && !mayPoint(*Call.getType()) &&
         none_of(Call.args(),
                 [](const Use &Arg) { return mayPoint(*Arg->getType()); });
}

/// Where \p F, of libc, touches what its arguments point to, keeps no address
/// of it and touches nothing else: how many bytes. Otherwise 0. (LLVM knows
/// that of many itself, but not the number.)
uint64_t bytesTouched(const Function &F) {
  if (!F.isDeclaration())
    return 0;
  constexpr uint64_t Seed48 = 3 * sizeof(short);
  return StringSwitch<uint64_t>(F.getName())
      .Case("rand_r", sizeof(unsigned))
      .Case("erand48", Seed48)
      .Case("nrand48", Seed48)
      .Case("jrand48", Seed48)
      .Default(0);
}
bool touchesArgumentsOnly(const Function &F) { return bytesTouched(F) != 0; }

} // namespace

bool OwnMemory::reachesOut(const Instruction &I, bool Lent) {
  if (auto *Load = dyn_cast<LoadInst>(&I)) {
    const Value *From = Load->getPointerOperand();
    if (CapturedMemory::isCounter(From))
      return false;
    return Load->isAtomic() ||
           !(Load->isVolatile() ? isOwn(From, Lent) : isReadable(From, Lent));
  }
  if (auto *Store = dyn_cast<StoreInst>(&I)) {
    const Value *To = Store->getPointerOperand();
    return !CapturedMemory::isCounter(To) &&
           (Store->isAtomic() || !isOwn(To, Lent));
  }
  if (auto *Call = dyn_cast<CallBase>(&I))
    return callReachesOut(*Call, Lent);
  if (I.isTerminator())
    return !isa<BranchInst, SwitchInst, UnreachableInst>(I);
  return I.mayReadOrWriteMemory() || I.mayThrow();
}

bool OwnMemory::callReachesOut(const CallBase &Call, bool Lent) {
  if (auto *Copy = dyn_cast<MemTransferInst>(&Call))
    return Copy->isVolatile() || !isOwn(Copy->getRawDest(), Lent) ||
           !isReadable(Copy->getRawSource(), Lent);
  if (auto *Set = dyn_cast<MemSetInst>(&Call))
    return Set->isVolatile() || !isOwn(Set->getRawDest(), Lent);
  // Where a variable that others know of has been another one may lie.
  if (Call.isLifetimeStartOrEnd())
    return !isOwn(Call.getArgOperand(Call.arg_size() - 1), Lent);
  if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&Call);
      Intrinsic && Intrinsic->isAssumeLikeIntrinsic())
    return false;
  if (Call.isMustTailCall() || isa<CallBrInst>(Call) ||
      Call.hasOperandBundles())
    return true;
  if (Call.isInlineAsm())
    return !isEmptyAssembly(Call);
  const Function *Callee = knownCallee(Call);
  if (!(Callee && staysWithin(*Callee))) {
    if (!Call.doesNotThrow())
      return true;
    if (Call.doesNotAccessMemory() || (Callee && touchesNothing(*Callee, Call)))
      return false;
    if (!Call.onlyAccessesArgMemory() &&
        !(Callee && touchesArgumentsOnly(*Callee)))
      return true;
  }
  return !all_of(Call.args(), [&](const Use &Arg) {
    return !mayPoint(*Arg->getType()) || isReadable(Arg, Lent);
  });
}

uint64_t OwnMemory::bytesBehindArguments(const CallInst &Call) {
  const Function *Callee = knownCallee(Call);
  return Callee && Call.doesNotThrow() && !Call.isMustTailCall() &&
                 !Call.hasOperandBundles()
             ? bytesTouched(*Callee)
             : 0;
}

bool OwnMemory::staysWithin(const Function &F) {
  // What is said to be available elsewhere may be something else there.
  if (F.isDeclaration() || isReplaceable(F) ||
      F.hasAvailableExternallyLinkage())
    return false;
  auto [Entry, IsNew] = Answers.try_emplace(&F, Answer{true});
  if (!IsNew) {
    Entry->second.IsUsed = true;
    return Entry->second.StaysWithin;
  }
  size_t Before = StayWithin.size();
  IsTooDeep |= Depth == MostDepth;
  ++Depth;
  bool Stays = !IsTooDeep && findOut(F);
  if (--Depth == 0)
    IsTooDeep = false;
  Answer &Of = Answers[&F];
  if (Stays) {
    StayWithin.push_back(const_cast<Function *>(&F));
    return true;
  }
  if (Of.IsUsed) { // What has been found out meanwhile may rest on it.
    Of.StaysWithin = false;
    for (const Function *Other : ArrayRef(StayWithin).drop_front(Before))
      Answers.erase(Other);
    StayWithin.truncate(Before);
    Cache.clear();
  }
  if (IsTooDeep)
    Answers.erase(&F); // Begun with, it may do.
  else
    Answers[&F] = {false};
  return false;
}

void OwnMemory::callWhatWasSeen(Module &M) {
  SmallVector<std::pair<Function *, Function *>> Copies;
  for (Function *F : StayWithin) {
    if (F->hasExactDefinition())
      continue;
    Function *Copy = cloneWithLabels(*F);
    Copy->setName(F->getName() + ".stm_seen");
    Copy->setLinkage(GlobalValue::InternalLinkage);
    Copy->setVisibility(GlobalValue::DefaultVisibility);
    Copy->setDSOLocal(true);
    Copy->setComdat(nullptr);
    Copy->addFnAttr(NoVersionAttr);
    Copies.push_back({F, Copy});
  }
  for (auto [F, Copy] : Copies)
    F->replaceUsesWithIf(Copy, [](Use &U) {
      auto *Call = dyn_cast<CallBase>(U.getUser());
      return Call && Call->isCallee(&U) && !isVersion(*Call->getFunction());
    });
  for (auto [F, Copy] : Copies)
    if (Copy->use_empty())
      Copy->eraseFromParent();
}

bool OwnMemory::findOut(const Function &F) {
  if (F.isVarArg() || F.isPresplitCoroutine() || isVersion(F) ||
      F.hasFnAttribute(Attribute::Naked) || wrapperOf(F) ||
      F.getInstructionCount() > MostInstructions)
    return false;
  for (const Argument &A : F.args())
    if (mayPoint(*A.getType()) &&
        (!A.getType()->isPointerTy() || escapes(A, /*MayLend=*/false)))
      return false;
  SmallPtrSet<const BasicBlock *, 16> Seen{&F.getEntryBlock()};
  SmallVector<const BasicBlock *, 16> Next{&F.getEntryBlock()};
  while (!Next.empty()) {
    const BasicBlock &BB = *Next.pop_back_val();
    for (const Instruction &I : BB)
      if (!isa<ReturnInst>(I) && reachesOut(I, /*Lent=*/true))
        return false;
    // What is invoked and doesn't reach out doesn't throw.
    auto *Invoke = dyn_cast<InvokeInst>(BB.getTerminator());
    for (const BasicBlock *Successor : successors(&BB))
      if (!(Invoke && Successor == Invoke->getUnwindDest()) &&
          Seen.insert(Successor).second)
        Next.push_back(Successor);
  }
  return true;
}

bool OwnMemory::isReadable(const Value *Pointer, bool Lent) {
  return CapturedMemory::isConstant(Pointer) || isOwn(Pointer, Lent);
}

bool OwnMemory::isOwn(const Value *Pointer, bool Lent) {
  if (!Pointer->getType()->isPointerTy())
    return false; // a vector of pointers
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects);
  return !Objects.empty() &&
         all_of(Objects, [&](const Value *O) { return isOwnObject(O, Lent); });
}

bool OwnMemory::isOwnObject(const Value *Object, bool Lent) {
  auto *G = dyn_cast<GlobalVariable>(Object);
  if (G && G->hasAttribute(LocalAttr))
    return true;
  auto *A = dyn_cast<Argument>(Object);
  if (A && Lent)
    return true; // findOut has seen that it isn't kept.
  if (!isa<AllocaInst>(Object) && !(A && A->hasByValAttr()) &&
      !(G && G->isThreadLocal() && G->hasLocalLinkage()))
    return false;
  auto [Entry, IsNew] = Cache.try_emplace(Object, false);
  if (!IsNew)
    return Entry->second;
  bool Escapes = escapes(*Object, /*MayLend=*/true);
  return Cache[Object] = !Escapes;
}

bool OwnMemory::escapes(const Value &Pointer, bool MayLend) {
  return !allUses(Pointer,
                  [&](const Use &U) { return isHarmless(U, MayLend); });
}

bool OwnMemory::isHarmless(const Use &U, bool MayLend) {
  auto *I = cast<Instruction>(U.getUser());
  if (isa<LoadInst, CmpInst>(I))
    return true;
  if (auto *Store = dyn_cast<StoreInst>(I))
    return U.getOperandNo() == StoreInst::getPointerOperandIndex() ||
           (MayLend && lends(*Store));
  if (isa<PtrToIntInst>(I)) // A copied closure of one pointer.
    return MayLend && all_of(I->users(), [&](const User *Number) {
             auto *Store = dyn_cast<StoreInst>(Number);
             return Store && Store->getValueOperand() == I && lends(*Store);
           });
  auto *Call = dyn_cast<CallBase>(I);
  if (!Call || !Call->isArgOperand(&U))
    return false;
  if (isClosureOf(*Call, U)) {
    // Not a body that hands its own closure on, to itself perhaps.
    const Argument *Closure = isa<AllocaInst>(getUnderlyingObject(U.get()))
                                  ? closureInBody(*Call)
                                  : nullptr;
    return Closure && !escapes(*Closure, /*MayLend=*/false);
  }
  if (isMark(*Call) || isa<AnyMemIntrinsic>(Call) || isKeptInPlace(*Call) ||
      Call->doesNotCapture(Call->getArgOperandNo(&U)))
    return true;
  // (Of what it is lent as a number it may keep a copy.)
  const Function *Callee = knownCallee(*Call);
  return Callee && U->getType()->isPointerTy() &&
         (staysWithin(*Callee) || touchesArgumentsOnly(*Callee));
}

bool OwnMemory::lends(const StoreInst &Store) {
  const DataLayout &DL = Store.getModule()->getDataLayout();
  Location Field(*Store.getPointerOperand(), DL);
  auto *Closure = dyn_cast<AllocaInst>(Field.Object);
  if (!Closure ||
      DL.getTypeStoreSize(Store.getValueOperand()->getType()) !=
          DL.getPointerSize() ||
      escapes(*Closure, /*MayLend=*/false))
    return false;
  return allUses(*Closure, [&](const Use &U) {
    auto *Call = dyn_cast<CallBase>(U.getUser());
    if (!Call || !isClosureOf(*Call, U))
      return readingOf(U, Field.Offset) == Reading::None;
    // The closure may be a part of the variable.
    Location Begin(*U.get(), DL);
    if (Begin.Object != Closure)
      return false;
    int64_t Offset = Field.Offset - Begin.Offset;
    return allUses(*closureInBody(*Call), [&](const Use &InBody) {
      switch (readingOf(InBody, Offset)) {
      case Reading::None:
        return true;
      case Reading::Pointer:
        return !escapes(*InBody.getUser(), /*MayLend=*/false);
      case Reading::Unknown:
        break;
      }
      return false;
    });
  });
}

} // namespace stm
