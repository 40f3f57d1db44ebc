//===- pass/BlockLocals.cpp - a block's access to local variables ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockLocals.h"
#include "LLVMCompat.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/IntrinsicInst.h"

#define DEBUG_TYPE "stm-outline-blocks"

using namespace llvm;

STATISTIC(NumOwn, "Variables of the block itself");
STATISTIC(NumByCopy, "Variables that a block gets a copy of");
STATISTIC(NumByAddress, "Variables that a block gets the address of");

namespace stm {
namespace {

/// Larger ones are cheaper to access with barriers than to copy at each run.
constexpr uint64_t LargestCopy = 64;

/// How a variable is used.
struct Uses {
  bool IsUsedOutside = false;
  bool IsWrittenInside = false;
  bool BeginsInside = false;  ///< Its lifetime does.
  bool IsAccessedOnly = true; ///< Inside there are accesses only (copies of
                              ///< the whole or of parts are such as well),
  bool IsSimple = true;       ///< none of them volatile or atomic.

  Uses(const AllocaInst &Variable, const BlockShape &Block) : Block(Block) {
    add(Variable);
  }

private:
  void add(const Instruction &Address) {
    for (const Use &U : Address.uses()) {
      auto *I = cast<Instruction>(U.getUser());
      bool IsInside = Block.contains(I);
      if (auto *Marker = dyn_cast<IntrinsicInst>(I);
          Marker && Marker->isLifetimeStartOrEnd()) {
        IsUsedOutside |= !IsInside;
        BeginsInside |=
            IsInside && Marker->getIntrinsicID() == Intrinsic::lifetime_start;
        continue;
      }
      IsUsedOutside |= !IsInside;
      if (isa<GetElementPtrInst, AddrSpaceCastInst>(I)) {
        // One that is computed outside and used inside is a value like any
        // other.
        if (!IsInside && any_of(I->users(), [&](const User *User) {
              return Block.contains(cast<Instruction>(User));
            }))
          IsAccessedOnly = false;
        add(*I);
        continue;
      }
      if (!IsInside) {
        // Another name of it might be used inside.
        if (I->getType()->isPointerTy() && !isa<LoadInst>(I))
          IsAccessedOnly = false;
        continue;
      }
      if (auto *Load = dyn_cast<LoadInst>(I)) {
        IsSimple &= Load->isSimple();
      } else if (auto *Store = dyn_cast<StoreInst>(I);
                 Store && Store->getValueOperand() != U.get()) {
        IsSimple &= Store->isSimple();
        IsWrittenInside = true;
      } else if (auto *Whole = dyn_cast<MemIntrinsic>(I)) {
        IsSimple &= !Whole->isVolatile();
        IsWrittenInside |= U.getOperandNo() == 0;
      } else {
        IsAccessedOnly = false;
      }
    }
  }

  const BlockShape &Block;
};

bool isSmall(const AllocaInst &Variable) {
  const DataLayout &Layout = Variable.getModule()->getDataLayout();
  std::optional<TypeSize> Size = Variable.getAllocationSize(Layout);
  return Size && !Size->isScalable() && Size->getFixedValue() <= LargestCopy;
}

} // namespace

Type *typeOf(const AllocaInst &Variable) {
  if (!Variable.isArrayAllocation())
    return Variable.getAllocatedType();
  return ArrayType::get(
      Variable.getAllocatedType(),
      cast<ConstantInt>(Variable.getArraySize())->getZExtValue());
}

BlockLocals::BlockLocals(const BlockShape &Block) {
  SmallSetVector<AllocaInst *, 16> Variables;
  for (BasicBlock *BB : Block.Inside)
    for (Instruction &I : *BB)
      for (Value *Operand : I.operands()) {
        auto *From = dyn_cast<Instruction>(Operand);
        if (From ? Block.contains(From) : !isa<Argument>(Operand))
          continue;
        auto *Variable = dyn_cast<AllocaInst>(Operand);
        if (Variable && Variable->isStaticAlloca())
          Variables.insert(Variable);
        else
          Values.insert(Operand);
      }

  for (AllocaInst *Variable : Variables) {
    Uses U(*Variable, Block);
    // Declared in the block: its lifetime says so; or else it must make no
    // difference whether it outlives the block.
    bool IsOwn = !U.IsUsedOutside &&
                 (U.BeginsInside || (U.IsAccessedOnly && !Block.MayRunAgain));
    if (IsOwn) {
      Own.push_back(Variable);
      ++NumOwn;
    } else if (U.IsAccessedOnly && U.IsSimple && isSmall(*Variable) &&
               !addressMayBeCaptured(Variable)) {
      ByCopy.push_back({Variable, U.IsWrittenInside});
      ++NumByCopy;
    } else {
      ByAddress.push_back(Variable);
      ++NumByAddress;
    }
  }
}

} // namespace stm
