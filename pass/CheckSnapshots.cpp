//===- pass/CheckSnapshots.cpp - snapshots write nothing --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckSnapshots.h"
#include "CapturedMemory.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "SelectFunctions.h"
#include "Versions.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include <optional>

using namespace llvm;

namespace stm {
namespace {

// --- Values in code that isn't optimized ------------------------------------

/// What the local variable \p Slot holds, where it is written once and its
/// address goes nowhere; else null.
const Value *onlyValueOf(const AllocaInst &Slot) {
  const Value *Stored = nullptr;
  for (const User *U : Slot.users()) {
    if (auto *Store = dyn_cast<StoreInst>(U)) {
      if (Stored || Store->getValueOperand() == &Slot)
        return nullptr;
      Stored = Store->getValueOperand();
    } else if (auto *I = dyn_cast<Instruction>(U);
               !isa<LoadInst>(U) && !(I && I->isLifetimeStartOrEnd())) {
      return nullptr;
    }
  }
  return Stored;
}

/// \p V, or where it comes from by way of such variables.
const Value *throughSlots(const Value *V) {
  while (auto *Load = dyn_cast<LoadInst>(V)) {
    auto *Slot = dyn_cast<AllocaInst>(Load->getPointerOperand());
    const Value *Stored = Slot ? onlyValueOf(*Slot) : nullptr;
    if (!Stored)
      break;
    V = Stored;
  }
  return V;
}

const Value *objectOf(const Value *Pointer) {
  for (;;) {
    const Value *Object = getUnderlyingObject(Pointer);
    Pointer = throughSlots(Object);
    if (Pointer == Object)
      return Object;
  }
}

/// How far behind \p Base the address is, where that is known.
std::optional<int64_t> offsetFrom(const Value *Base, const Value *Pointer,
                                  const DataLayout &DL) {
  int64_t Sum = 0;
  for (;;) {
    int64_t Offset = 0;
    const Value *Object = GetPointerBaseWithConstantOffset(Pointer, Offset, DL);
    Sum += Offset;
    Pointer = throughSlots(Object);
    if (Pointer == Base)
      return Sum;
    if (Pointer == Object)
      return std::nullopt;
  }
}

/// What a plain write by \p I goes to; null if it is no such write.
const Value *writtenBy(const Instruction &I) {
  if (auto *Store = dyn_cast<StoreInst>(&I))
    return Store->isSimple() ? Store->getPointerOperand() : nullptr;
  if (auto *Memory = dyn_cast<MemIntrinsic>(&I))
    return Memory->isVolatile() ? nullptr : Memory->getRawDest();
  return nullptr;
}

/// The global variable that \p Pointer surely points into, if all threads have
/// the same one.
const GlobalVariable *sharedGlobal(const Value *Pointer) {
  auto *G = dyn_cast<GlobalVariable>(objectOf(Pointer));
  return G && !G->isThreadLocal() && !G->isConstant() &&
                 !G->hasAttribute(LocalAttr) && G->getAddressSpace() == 0 &&
                 !CapturedMemory::isCounter(G)
             ? G
             : nullptr;
}

// --- Closures ---------------------------------------------------------------

/// The `this` of a member function.
Argument *firstPointer(Function &F) {
  for (Argument &A : F.args())
    if (!A.hasStructRetAttr())
      return A.getType()->isPointerTy() ? &A : nullptr;
  return nullptr;
}

/// What a call passes as that.
const Value *firstArgument(const CallBase &Call) {
  unsigned ArgNo = Call.hasStructRetAttr() ? 1 : 0;
  if (Call.arg_size() <= ArgNo ||
      !Call.getArgOperand(ArgNo)->getType()->isPointerTy())
    return nullptr;
  return Call.getArgOperand(ArgNo);
}

/// What the callable \p F, whose `this` has it at \p Offset, knows as a name or
/// a place: from debug information.
std::string captureName(const Function &F, int64_t Offset) {
  const DISubprogram *SP = F.getSubprogram();
  const DISubroutineType *Signature = SP ? SP->getType() : nullptr;
  DITypeRefArray Types = Signature ? Signature->getTypeArray() : nullptr;
  const DIType *Class = Types.size() > 1 ? Types[1] : nullptr;
  while (auto *Derived = dyn_cast_or_null<DIDerivedType>(Class))
    Class = Derived->getBaseType();
  if (auto *Composite = dyn_cast_or_null<DICompositeType>(Class))
    for (const DINode *Element : Composite->getElements()) {
      auto *Member = dyn_cast<DIDerivedType>(Element);
      if (!Member || Member->getTag() != dwarf::DW_TAG_member ||
          Member->isStaticMember() || Member->getName().empty() ||
          Member->getOffsetInBits() != static_cast<uint64_t>(Offset) * 8)
        continue;
      const auto *Type = dyn_cast_or_null<DIDerivedType>(Member->getBaseType());
      bool IsReference = Type && Type->getTag() == dwarf::DW_TAG_reference_type;
      return ((IsReference ? "'" : "'*") + Member->getName() + "'").str();
    }
  return "a captured variable";
}

/// "file:line" of the block, from the arguments that stm::snapshot passes into
/// its stm_site, or from a constant one.
std::string placeOfBlock(const CallBase &Block) {
  auto TextOf = [](const Value *V) -> StringRef {
    auto *G = dyn_cast<GlobalVariable>(V);
    auto *Data = G && G->hasInitializer()
                     ? dyn_cast<ConstantDataSequential>(G->getInitializer())
                     : nullptr;
    return Data && Data->isCString() ? Data->getAsCString() : "";
  };
  auto Place = [&](const Value *File, const Value *Line) -> std::string {
    auto *Number = dyn_cast<ConstantInt>(Line);
    StringRef Text = TextOf(File);
    return Text.empty() || !Number
               ? ""
               : (Text + ":" + Twine(Number->getZExtValue())).str();
  };
  if (auto *Site = dyn_cast<GlobalVariable>(
          Block.getArgOperand(2)->stripPointerCasts())) {
    auto *Fields = Site->hasInitializer()
                       ? dyn_cast<ConstantStruct>(Site->getInitializer())
                       : nullptr;
    return Fields && Fields->getNumOperands() == 3
               ? Place(Fields->getOperand(1), Fields->getOperand(2))
               : "";
  }
  const Function *F = Block.getFunction();
  constexpr unsigned MostWrappers = 4;
  for (unsigned Level = 0; Level != MostWrappers; ++Level) {
    const CallBase *Caller = nullptr;
    for (const User *U : F->users())
      if (auto *Call = dyn_cast<CallBase>(U);
          Call && Call->getCalledOperand() == F)
        Caller = Call;
    if (!Caller || Caller->arg_size() < 2)
      return "";
    const Value *File =
        throughSlots(Caller->getArgOperand(Caller->arg_size() - 2));
    const Value *Line =
        throughSlots(Caller->getArgOperand(Caller->arg_size() - 1));
    if (std::string Found = Place(File, Line); !Found.empty())
      return Found;
    F = Caller->getFunction();
  }
  return "";
}

// --- The check --------------------------------------------------------------

class Checker {
public:
  void check(CallBase &Block) {
    Function *Body = knownFunction(Block.getArgOperand(0));
    if (!Body || !isChecked(*Body))
      return;
    BlockPlace = placeOfBlock(Block);
    SmallVector<Part> Parts = partsOf(*Body);
    // Before one is taken for a function that another one calls.
    erase_if(Parts, [&](Part &P) { return !Seen.insert(P.Code).second; });
    for (Part &P : Parts)
      checkOwn(P);
  }

private:
  /// A function whose body here is what runs, as part of the transaction.
  static bool isChecked(Function &F) {
    return !F.isDeclaration() && !isReplaceable(F) &&
           !F.hasFnAttribute(DoneAttr) && policyFor(F) == CallPolicy::Version;
  }

  static Function *calleeOf(const CallBase &Call) {
    Function *F = knownFunction(isAtomicBlock(Call) ? Call.getArgOperand(0)
                                                    : Call.getCalledOperand());
    return F && isChecked(*F) ? F : nullptr;
  }

  /// A function that is nothing but the block's own code.
  struct Part {
    Function *Code;
    bool IsCallable; ///< `this` is what the block's user has written.
  };

  /// As in stm.hpp: the thunk calls what holds the callable, and that calls it.
  static SmallVector<Part> partsOf(Function &Body) {
    SmallVector<Part> Parts = {{&Body, false}};
    if (!Body.hasFnAttribute(ThunkAttr) || !Body.arg_size())
      return Parts;
    forEachMember(Body, [&](const Value *Closure, Function &Holder) {
      if (objectOf(Closure) != Body.getArg(0))
        return;
      Parts.push_back({&Holder, false});
      forEachMember(Holder, [&](const Value *, Function &Callable) {
        Parts.push_back({&Callable, true});
      });
    });
    return Parts;
  }

  /// Calls of \p F that pass a pointer first.
  template <class Visitor> static void forEachMember(Function &F, Visitor V) {
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      const Value *First = Call ? firstArgument(*Call) : nullptr;
      Function *Callee = First ? calleeOf(*Call) : nullptr;
      if (Callee)
        V(First, *Callee);
    }
  }

  static bool callsOneOf(const Function &F, ArrayRef<StringRef> Names) {
    return any_of(instructions(F), [&](const Instruction &I) {
      auto *Call = dyn_cast<CallBase>(&I);
      const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
      return Callee && is_contained(Names, Callee->getName());
    });
  }

  /// The first writes of a local static aren't the program's. What has been
  /// made inevitable, by itself or by way of stm.hpp, may write.
  static bool isBeyondUs(const Function &F) {
    constexpr StringLiteral Inevitable = "stm_become_inevitable";
    if (callsOneOf(F, {Inevitable, "__cxa_guard_acquire"}))
      return true;
    return any_of(instructions(F), [&](const Instruction &I) {
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (const Function *Callee = Call->getCalledFunction())
          if (callsOneOf(*Callee, {Inevitable}))
            return true;
      const Value *To = writtenBy(I);
      auto *G = To ? dyn_cast<GlobalVariable>(objectOf(To)) : nullptr;
      return G && G->getName().starts_with("_ZGV");
    });
  }

  // --- The body itself ------------------------------------------------------

  void checkOwn(const Part &P) {
    Function &F = *P.Code;
    if (isBeyondUs(F))
      return;
    const Argument *Closure = P.IsCallable ? firstPointer(F) : nullptr;
    if (Closure && mayChange(F, *Closure))
      Closure = nullptr;
    for (Instruction &I : instructions(F)) {
      if (const Value *To = writtenBy(I)) {
        if (const GlobalVariable *G = sharedGlobal(To))
          report(I, quoted(*G));
        else if (std::optional<int64_t> At = captureOf(To, Closure, F))
          report(I, captureName(F, *At));
      }
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (Function *Callee = calleeOf(*Call))
          checkCalled(*Callee);
    }
  }

  /// Whether what the callable holds may be something else than when it was
  /// made: its own doing (mutable), or that of a function that it passes itself
  /// to.
  static bool mayChange(const Function &F, const Argument &Closure) {
    return any_of(instructions(F), [&](const Instruction &I) {
      if (const Value *To = writtenBy(I))
        return objectOf(To) == &Closure;
      auto *Call = dyn_cast<CallBase>(&I);
      return Call && any_of(Call->args(), [&](const Use &Arg) {
               return Arg->getType()->isPointerTy() &&
                      objectOf(Arg) == &Closure;
             });
    });
  }

  /// Where in the closure the pointer was that \p Pointer comes from.
  static std::optional<int64_t>
  captureOf(const Value *Pointer, const Argument *Closure, const Function &F) {
    auto *Load = dyn_cast<LoadInst>(objectOf(Pointer));
    if (!Load || !Closure)
      return std::nullopt;
    return offsetFrom(Closure, Load->getPointerOperand(),
                      F.getParent()->getDataLayout());
  }

  // --- What it calls --------------------------------------------------------

  void checkCalled(Function &F) {
    if (!Seen.insert(&F).second || isBeyondUs(F))
      return;
    Path.push_back(&F);
    PostDominatorTree Always(F);
    for (BasicBlock &BB : F) {
      if (!Always.dominates(&BB, &F.getEntryBlock()))
        continue;
      for (Instruction &I : BB) {
        if (const Value *To = writtenBy(I))
          if (const GlobalVariable *G = sharedGlobal(To))
            report(I, quoted(*G));
        if (auto *Call = dyn_cast<CallBase>(&I))
          if (Function *Callee = calleeOf(*Call))
            checkCalled(*Callee);
      }
    }
    Path.pop_back();
  }

  static std::string quoted(const GlobalVariable &G) {
    return "'" + printableName(G) + "'";
  }

  void report(Instruction &I, StringRef What) {
    std::string Way;
    for (const Function *F : reverse(Path))
      Way += (Way.empty() ? ", in " : ", called from ") + printableName(*F);
    std::string Place = placeOf(I);
    if (Place.empty())
      Place = BlockPlace;
    if (Place.empty() && Way.empty())
      Way = ", in " + printableName(*I.getFunction());
    reportError(I.getContext(), Place,
                "write to " + What +
                    " inside stm::snapshot, which is read-only: return the "
                    "result instead" +
                    Way);
  }

  SmallPtrSet<const Function *, 16> Seen;
  SmallVector<const Function *> Path;
  std::string BlockPlace;
};

} // namespace

PreservedAnalyses CheckSnapshotsPass::run(Module &M, ModuleAnalysisManager &) {
  Checker C;
  for (Function &F : M)
    if (!isVersion(F))
      for (Instruction &I : instructions(F))
        if (auto *Call = dyn_cast<CallBase>(&I); Call && isSnapshot(*Call))
          C.check(*Call);
  return PreservedAnalyses::all();
}

} // namespace stm
