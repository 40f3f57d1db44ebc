//===- pass/InsertBarriers.cpp - loads and stores of versions ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InsertBarriers.h"
#include "ByteLoops.h"
#include "CapturedMemory.h"
#include "CoveredAccesses.h"
#include "Diagnostics.h"
#include "FreshMemory.h"
#include "LLVMCompat.h"
#include "Neighbours.h"
#include "ReadsToWrite.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Triple.h"

#define DEBUG_TYPE "stm-barriers"

using namespace llvm;

namespace stm {

STATISTIC(NumScalars, "Scalar barriers inserted");
STATISTIC(NumRanges, "Range barriers inserted");
STATISTIC(NumFresh, "Accesses of fresh allocations left alone");
STATISTIC(NumLent, "Accesses of memory that callers lend left alone");
STATISTIC(NumStack, "Accesses of the stack before it is known left alone");
STATISTIC(NumPrivate, "Accesses of private memory left alone");
STATISTIC(NumConstant, "Loads of constants and vtables left alone");

namespace {

class Inserter {
public:
  Inserter(Function &Version, FunctionAnalysisManager &FAM)
      : F(Version), FAM(FAM), M(*F.getParent()), DL(M.getDataLayout()),
        SizeTy(DL.getIntPtrType(F.getContext())), Dominators(F) {}

  void run() {
    SmallVector<Instruction *, 64> Worklist;
    for (Instruction &I : instructions(F)) {
      noteVTablePointer(I);
      if (auto *Call = dyn_cast<CallBase>(&I))
        noteByValArguments(*Call);
      Worklist.push_back(&I);
    }
    markFresh(Worklist);
    Pairs.find(F, Dominators, [&](Instruction &I) { return bytesOfScalar(I); });
    Covered.find(F, Dominators, [&](Instruction &I) { return describe(I); });
    auto IsByItself = [&](LoadInst &Load) {
      return Load.isSimple() && !Pairs.contains(Load) &&
             !Covered.contains(Load) &&
             needsBarrier(Load.getPointerAddressSpace(), Load);
    };
    auto Evolution = [&]() -> ScalarEvolution & {
      return FAM.getResult<ScalarEvolutionAnalysis>(F);
    };
    Together.find(F, IsByItself, Evolution);
    ByteByByte.find(
        F, Dominators, IsByItself,
        [&](LoadInst &Load) { return Memory.isPlainAccessAllowed(Load); },
        Evolution);
    for (Instruction *I : Worklist)
      visit(*I);
    for (Instruction *I : Dead)
      I->eraseFromParent();
    ByteByByte.replace(F, [&](Instruction &Before, Value &Address) {
      ++NumScalars;
      LocatedBuilder B(Before);
      return callBarrier(B, getRuntime(M, readBarrier(8)), {&Address});
    });
    // What the optimizer knew about aliases and invariance was said of a
    // function that nobody rolls back.
    for (Instruction &I : instructions(F))
      for (unsigned Kind :
           {LLVMContext::MD_tbaa, LLVMContext::MD_tbaa_struct,
            LLVMContext::MD_alias_scope, LLVMContext::MD_noalias,
            LLVMContext::MD_invariant_load, LLVMContext::MD_invariant_group,
            LLVMContext::MD_access_group,
            LLVMContext::MD_mem_parallel_loop_access})
        I.setMetadata(Kind, nullptr);
  }

private:
  void noteVTablePointer(Instruction &I) {
    const MDNode *Tag = I.getMetadata(LLVMContext::MD_tbaa);
    if (Tag && isa<LoadInst>(I) && Tag->isTBAAVtableAccess())
      I.setMetadata(VTablePointerMD, MDNode::get(F.getContext(), {}));
  }

  /// While there are no barriers: addresses that these take would count as
  /// known.
  void markFresh(ArrayRef<Instruction *> Accesses) {
    for (Instruction *I : Accesses) {
      if (auto *Copy = dyn_cast<MemTransferInst>(I);
          Copy && !Copy->isVolatile() && !Memory.isPlainAccessAllowed(*I) &&
          isOwn(*Copy->getRawDest(), *I) && isOwn(*Copy->getRawSource(), *I)) {
        ++NumFresh;
        I->setMetadata(FreshMD, MDNode::get(F.getContext(), {}));
        continue;
      }
      if (const Value *Pointer = fresh::whatIsAccessed(*I);
          Pointer && !Memory.isPrivate(Pointer)) {
        bool IsStack = false, IsLent = false;
        if (!fresh::isOwnAt(Pointer, *I, [&](const Value &Object) {
              IsStack |= fresh::isStack(Object);
              IsLent |= fresh::isLent(Object);
              return fresh::isAny(Object);
            }))
          continue;
        ++(IsLent ? NumLent : IsStack ? NumStack : NumFresh);
        I->setMetadata(IsLent    ? LentMD
                       : IsStack ? StackMD
                                 : FreshMD,
                       MDNode::get(F.getContext(), {}));
      }
    }
  }

  /// The callee gets a copy, not the address. (LLVM 19 doesn't see that.)
  void noteByValArguments(CallBase &Call) {
    for (unsigned ArgNo = 0; ArgNo != Call.arg_size(); ++ArgNo)
      if (Call.isByValArgument(ArgNo))
        addNoCapture(Call, ArgNo);
  }

  void visit(Instruction &I) {
    if (auto *Load = dyn_cast<LoadInst>(&I)) {
      if (Load->isSimple() && isOurs(Load->getPointerAddressSpace(), I))
        replaceLoad(*Load);
    } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
      if (Store->isSimple() && isOurs(Store->getPointerAddressSpace(), I))
        replaceStore(*Store);
    } else if (auto *Copy = dyn_cast<MemTransferInst>(&I)) {
      if (!Copy->isVolatile() && Copy->getSourceAddressSpace() == 0 &&
          isOurs(Copy->getDestAddressSpace(), I))
        replaceCopy(*Copy);
    } else if (auto *Set = dyn_cast<MemSetInst>(&I)) {
      if (!Set->isVolatile() && isOurs(Set->getDestAddressSpace(), I))
        replaceSet(*Set);
    } else if (auto *Call = dyn_cast<CallBase>(&I)) {
      if (!dropHint(*Call) && !copyList(*Call))
        copyByValArguments(*Call);
    }
  }

  static bool isOrdinary(unsigned AddressSpace, const Instruction &I) {
    return AddressSpace == 0 && !I.getType()->isX86_AMXTy() &&
           !I.getType()->isTargetExtTy() &&
           !(isa<StoreInst>(I) &&
             (I.getOperand(0)->getType()->isX86_AMXTy() ||
              I.getOperand(0)->getType()->isTargetExtTy()));
  }

  bool needsBarrier(unsigned AddressSpace, const Instruction &I) {
    return isOrdinary(AddressSpace, I) && !Memory.isPlainAccessAllowed(I);
  }

  /// The same, counting what doesn't.
  bool isOurs(unsigned AddressSpace, Instruction &I) {
    if (!isOrdinary(AddressSpace, I))
      return false;
    if (!Memory.isPlainAccessAllowed(I))
      return true;
    if (auto *Load = dyn_cast<LoadInst>(&I);
        Load && CapturedMemory::isConstant(Load->getPointerOperand())) {
      ++NumConstant;
    } else if (!I.hasMetadata(FreshMD) && !I.hasMetadata(StackMD) &&
               !I.hasMetadata(LentMD) && !I.hasMetadata(UnwrittenMD)) {
      ++NumPrivate;
      // To later stages a barrier elsewhere may look as if the address had
      // become known (ByteLoops: the address's bits).
      I.setMetadata(StackMD, MDNode::get(F.getContext(), {}));
    }
    return false;
  }

  /// Promises about memory that the rest of the pipeline could build on.
  bool dropHint(CallBase &Call) {
    switch (Call.getIntrinsicID()) {
    case Intrinsic::invariant_start:
      Call.replaceAllUsesWith(PoisonValue::get(Call.getType()));
      break;
    case Intrinsic::invariant_end:
    case Intrinsic::experimental_noalias_scope_decl:
      break;
    default:
      return false;
    }
    Dead.push_back(&Call);
    return true;
  }

  /// va_copy of another function's list into one of this frame. What a list
  /// walks over is in the frame of who has begun it.
  bool copyList(CallBase &Call) {
    if (Call.getIntrinsicID() != Intrinsic::vacopy)
      return false;
    unsigned Bytes = bytesOfVaList(Triple(M.getTargetTriple()));
    Value *To = Call.getArgOperand(0), *From = Call.getArgOperand(1);
    if (!Bytes || !CapturedMemory::isOwnStack(To) ||
        CapturedMemory::isOwnStack(From))
      return false;
    LocatedBuilder B(Call);
    readRange(B, To, From, ConstantInt::get(SizeTy, Bytes), MaybeAlign(8));
    Dead.push_back(&Call);
    return true;
  }

  /// 0: not known.
  static unsigned bytesOfVaList(const Triple &Target) {
    if (!Target.isOSLinux())
      return 0;
    return Target.getArch() == Triple::x86_64    ? 24
           : Target.getArch() == Triple::aarch64 ? 32
                                                 : 0;
  }

  /// A barrier that may stand before memory of this function's own (one of
  /// several pointers, at the other end of a phi) doesn't make it known to
  /// anybody.
  CallInst *callBarrier(IRBuilder<> &B, FunctionCallee Barrier,
                        ArrayRef<Value *> Args) {
    CallInst *Call = B.CreateCall(Barrier, Args);
    for (unsigned ArgNo = 0; ArgNo != Args.size(); ++ArgNo)
      if (Args[ArgNo]->getType()->isPointerTy())
        addNoCapture(*Call, ArgNo);
    return Call;
  }

  /// For Covered.
  CoveredAccesses::Access describe(Instruction &I) {
    CoveredAccesses::Access A;
    if (auto *Load = dyn_cast<LoadInst>(&I)) {
      if (!Load->isSimple() || !needsBarrier(Load->getPointerAddressSpace(), I))
        return {};
      A.Pointer = Load->getPointerOperand();
      A.Locks = Pairs.contains(I);
      A.MayBePlain = true;
    } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
      if (!Store->isSimple() ||
          !needsBarrier(Store->getPointerAddressSpace(), I))
        return {};
      A.Pointer = Store->getPointerOperand();
      A.Locks = true;
      A.MayBePlain = bytesOfScalar(I) != 0 && !Pairs.contains(I);
    } else if (auto *Set = dyn_cast<MemIntrinsic>(&I)) {
      // A copy may be one of itself, which is none.
      auto *Copy = dyn_cast<MemTransferInst>(&I);
      auto *Length = dyn_cast<ConstantInt>(Set->getLength());
      Value *To = Set->getRawDest();
      if (!Length || Set->isVolatile() || Set->getDestAddressSpace() != 0 ||
          Memory.isPrivate(To) || fresh::isOwnAt(To, I, fresh::isAny) ||
          (Copy && !Memory.isReadable(Copy->getRawSource())))
        return {};
      return {To, Length->getZExtValue(), /*Locks=*/true, /*MayBePlain=*/false};
    } else {
      return {};
    }
    TypeSize Bytes = DL.getTypeStoreSize(getLoadStoreType(&I));
    if (Bytes.isScalable())
      return {};
    A.Bytes = Bytes.getFixedValue();
    return A;
  }

  // --- Scalars --------------------------------------------------------------

  /// The integer that a value of \p Type at \p Align travels as; null: as
  /// bytes.
  IntegerType *scalarFor(Type *Type, Align Align) {
    if (!Type->isIntegerTy() && !Type->isPointerTy() &&
        !Type->isFloatingPointTy() &&
        !(isa<FixedVectorType>(Type) && !Type->getScalarType()->isPointerTy()))
      return nullptr;
    uint64_t Bits = DL.getTypeSizeInBits(Type).getFixedValue();
    uint64_t Bytes = DL.getTypeStoreSize(Type).getFixedValue();
    if (!isPowerOf2_64(Bytes) || Bytes > 8 || Align.value() < Bytes)
      return nullptr;
    // i1 and kin are zero-extended in memory. Only integers have odd widths.
    if (Bits != Bytes * 8 && !Type->isIntegerTy())
      return nullptr;
    return IntegerType::get(F.getContext(), Bytes * 8);
  }

  /// Of an access that gets a scalar barrier; otherwise 0.
  unsigned bytesOfScalar(Instruction &I) {
    if (!isa<LoadInst, StoreInst>(I) || I.isVolatile() || I.isAtomic() ||
        getLoadStoreAddressSpace(&I) != 0 || Memory.isPlainAccessAllowed(I))
      return 0;
    IntegerType *Int =
        scalarFor(getLoadStoreType(&I), getLoadStoreAlignment(&I));
    return Int ? Int->getBitWidth() / 8 : 0;
  }

  void replaceLoad(LoadInst &Load) {
    if (Covered.contains(Load)) {
      Load.setMetadata(CoveredMD, MDNode::get(F.getContext(), {}));
      return;
    }
    if (ByteByByte.contains(Load))
      return;
    if (const NeighbouringLoads *Group = Together.groupOf(Load)) {
      if (&Load == Group->First.Load)
        replaceTogether(*Group);
      return;
    }
    LocatedBuilder B(Load);
    Type *Type = Load.getType();
    Value *Result;
    if (IntegerType *Int = scalarFor(Type, Load.getAlign())) {
      ++NumScalars;
      unsigned Bytes = Int->getBitWidth() / 8;
      Runtime Barrier =
          Pairs.contains(Load) ? readToWriteBarrier(Bytes) : readBarrier(Bytes);
      CallInst *Bits =
          callBarrier(B, getRuntime(M, Barrier), {Load.getPointerOperand()});
      Bits->setMetadata(VTablePointerMD, Load.getMetadata(VTablePointerMD));
      Result = fromBits(B, Bits, Type);
    } else {
      AllocaInst *Slot = makeSlot(Type, Load.getAlign());
      startLifetime(B, Slot);
      readRange(B, Slot, Load.getPointerOperand(), sizeOf(B, Type),
                Load.getAlign());
      Result = B.CreateAlignedLoad(Type, Slot, Slot->getAlign());
      endLifetime(B, Slot);
    }
    Result->takeName(&Load);
    Load.replaceAllUsesWith(Result);
    Dead.push_back(&Load);
  }

  void replaceStore(StoreInst &Store) {
    LocatedBuilder B(Store);
    Value *Stored = Store.getValueOperand();
    Type *Type = Stored->getType();
    if (IntegerType *Int = scalarFor(Type, Store.getAlign())) {
      ++NumScalars;
      if (Type->isPointerTy())
        Stored = B.CreatePtrToInt(Stored, Int);
      else if (Type->isIntegerTy())
        Stored = B.CreateZExt(Stored, Int);
      else
        Stored = B.CreateBitCast(Stored, Int);
      unsigned Bytes = Int->getBitWidth() / 8;
      bool IsCovered = Covered.contains(Store);
      Runtime Barrier = IsCovered || Pairs.contains(Store)
                            ? writeReadBarrier(Bytes)
                            : writeBarrier(Bytes);
      CallInst *Call = callBarrier(B, getRuntime(M, Barrier),
                                   {Store.getPointerOperand(), Stored});
      if (IsCovered)
        Call->setMetadata(CoveredMD, MDNode::get(F.getContext(), {}));
    } else {
      AllocaInst *Slot = makeSlot(Type, Store.getAlign());
      startLifetime(B, Slot);
      B.CreateAlignedStore(Stored, Slot, Slot->getAlign());
      writeRange(B, Store.getPointerOperand(), Slot, sizeOf(B, Type),
                 Store.getAlign());
      endLifetime(B, Slot);
    }
    Dead.push_back(&Store);
  }

  // --- Ranges ---------------------------------------------------------------

  void replaceTogether(const NeighbouringLoads &Group) {
    LocatedBuilder B(*Group.First.Load);
    Value *Begin = Group.First.Load->getPointerOperand();
    if (Group.First.Offset)
      Begin = B.CreateConstGEP1_64(B.getInt8Ty(), Begin, -Group.First.Offset);
    AllocaInst *Slot =
        makeSlot(ArrayType::get(B.getInt64Ty(), Group.Bytes / 8), Align(16));
    startLifetime(B, Slot);
    readRange(B, Slot, Begin, ConstantInt::get(SizeTy, Group.Bytes),
              std::min(Group.Members.front().Load->getAlign(), Align(8)));
    for (auto [Load, Offset] : Group.Members) {
      Value *At = B.CreateConstGEP1_64(B.getInt8Ty(), Slot, Offset);
      LoadInst *Part = B.CreateAlignedLoad(
          Load->getType(), At, commonAlignment(Slot->getAlign(), Offset));
      Part->setMetadata(VTablePointerMD, Load->getMetadata(VTablePointerMD));
      Part->takeName(Load);
      Load->replaceAllUsesWith(Part);
      Dead.push_back(Load);
    }
    endLifetime(B, Slot);
  }

  AllocaInst *makeSlot(Type *Type, Align Align) {
    BasicBlock &Entry = F.getEntryBlock();
    IRBuilder<> B(&Entry, Entry.begin());
    AllocaInst *Slot = B.CreateAlloca(Type, nullptr, "stm.private");
    Slot->setAlignment(std::max(Align, Slot->getAlign()));
    return Slot;
  }

  Value *sizeOf(IRBuilder<> &B, Type *Type) {
    return B.CreateTypeSize(SizeTy, DL.getTypeStoreSize(Type));
  }

  void readRange(IRBuilder<> &B, Value *Private, Value *Shared, Value *Size,
                 MaybeAlign SharedAlign) {
    ++NumRanges;
    noteAlign(*callBarrier(B, getRuntime(M, Runtime::__stm_read_range),
                           {Private, Shared, Size}),
              1, SharedAlign);
  }

  void writeRange(IRBuilder<> &B, Value *Shared, Value *Private, Value *Size,
                  MaybeAlign SharedAlign) {
    ++NumRanges;
    noteAlign(*callBarrier(B, getRuntime(M, Runtime::__stm_write_range),
                           {Shared, Private, Size}),
              0, SharedAlign);
  }

  void noteAlign(CallInst &Range, unsigned ArgNo, MaybeAlign SharedAlign) {
    if (SharedAlign.valueOrOne() > 1)
      Range.addParamAttr(
          ArgNo, Attribute::getWithAlignment(F.getContext(), *SharedAlign));
  }

  Value *asSize(IRBuilder<> &B, Value *Length) {
    return B.CreateZExtOrTrunc(Length, SizeTy);
  }

  bool isOwn(const Value &Pointer, const Instruction &At) {
    return Memory.isPrivate(&Pointer) ||
           fresh::isOwnAt(&Pointer, At, fresh::isAny);
  }

  /// Of two pointers, one of which is to memory that nobody else knows of.
  static bool mayOverlap(const Value &A, const Value &B) {
    SmallVector<const Value *, 4> OfA, OfB;
    getUnderlyingObjects(&A, OfA, /*LI=*/nullptr, /*MaxLookup=*/0);
    getUnderlyingObjects(&B, OfB, /*LI=*/nullptr, /*MaxLookup=*/0);
    return any_of(
        OfA, [&](const Value *Object) { return is_contained(OfB, Object); });
  }

  void replaceCopy(MemTransferInst &Copy) {
    LocatedBuilder B(Copy);
    Value *To = Copy.getRawDest(), *From = Copy.getRawSource();
    Value *Size = asSize(B, Copy.getLength());
    // A range is copied forwards.
    if (isa<MemMoveInst>(Copy) && mayOverlap(*To, *From))
      callBarrier(B, getWrap(M, "memmove"), {To, From, Size});
    else if (isOwn(*To, Copy))
      readRange(B, To, From, Size, Copy.getSourceAlign());
    else if (Memory.isReadable(From))
      writeRange(B, To, From, Size, Copy.getDestAlign());
    else
      callBarrier(B, getWrap(M, isa<MemMoveInst>(Copy) ? "memmove" : "memcpy"),
                  {To, From, Size});
    Dead.push_back(&Copy);
  }

  void replaceSet(MemSetInst &Set) {
    LocatedBuilder B(Set);
    callBarrier(B, getWrap(M, "memset"),
                {Set.getRawDest(), B.CreateZExt(Set.getValue(), B.getInt32Ty()),
                 asSize(B, Set.getLength())});
    Dead.push_back(&Set);
  }

  /// A byval argument is copied by the call itself: plainly. So it is read into
  /// private memory before.
  void copyByValArguments(CallBase &Call) {
    for (unsigned ArgNo = 0; ArgNo != Call.arg_size(); ++ArgNo) {
      if (!Call.isByValArgument(ArgNo))
        continue;
      Value *Shared = Call.getArgOperand(ArgNo);
      if (Memory.isReadable(Shared) ||
          Shared->getType()->getPointerAddressSpace() != 0)
        continue;
      Type *Type = Call.getParamByValType(ArgNo);
      AllocaInst *Slot = makeSlot(Type, Call.getParamAlign(ArgNo).valueOrOne());
      LocatedBuilder B(Call);
      readRange(B, Slot, Shared, sizeOf(B, Type), Call.getParamAlign(ArgNo));
      Call.setArgOperand(ArgNo, Slot);
      if (auto *Tail = dyn_cast<CallInst>(&Call);
          Tail && Tail->getTailCallKind() == CallInst::TCK_Tail)
        Tail->setTailCall(false);
    }
  }

  Function &F;
  FunctionAnalysisManager &FAM;
  Module &M;
  const DataLayout &DL;
  Type *SizeTy;
  CapturedMemory Memory;
  DominatorTree Dominators;
  ReadsToWrite Pairs;
  CoveredAccesses Covered;
  Neighbours Together;
  ByteLoops ByteByByte;
  SmallVector<Instruction *, 64> Dead;
};

} // namespace

PreservedAnalyses InsertBarriersPass::run(Module &M,
                                          ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  for (Function &F : M)
    if (isVersion(F) && !F.isDeclaration())
      Inserter(F, FAM).run();
  verifyAfter("InsertBarriers", M);
  return PreservedAnalyses::none();
}

} // namespace stm
