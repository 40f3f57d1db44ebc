//===- pass/OwnMemory.h - what no other thread can reach --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of code around blocks. What is lent to a block for as long as it runs stays
// this thread's: the closure, and what is captured by reference, as long as the
// block keeps no copy of the address. So does what a call is lent whose callee
// can be looked at. CapturedMemory.h is about code inside.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_OWNMEMORY_H
#define STM_PASS_OWNMEMORY_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

namespace stm {

/// Conservative: what isn't understood may be reached. Of one module, whose
/// variables on the stack stay what they are.
class OwnMemory {
public:
  /// Whether \p I may access memory that is neither this thread's own nor
  /// constant, may leave its function other than by a branch, or orders
  /// accesses.
  bool reachesOut(const llvm::Instruction &I) {
    return reachesOut(I, /*Lent=*/false);
  }

  /// Whether only this thread can access what \p Pointer points to: its stack,
  /// or STM_TX_LOCAL, or a thread-local of the file whose address nobody keeps.
  bool isOwn(const llvm::Value *Pointer) {
    return isOwn(Pointer, /*Lent=*/false);
  }
  /// Or whether nobody changes it.
  bool isReadable(const llvm::Value *Pointer) {
    return isReadable(Pointer, /*Lent=*/false);
  }

  /// How many bytes \p Call may touch behind each pointer that it is given, if
  /// it is of a function of libc that touches nothing else; 0: it is none.
  static uint64_t bytesBehindArguments(const llvm::CallInst &Call);

  /// Has plain code of \p M call, of functions that other files define too, the
  /// bodies that have been looked at. Another file's may be compiled otherwise:
  /// what the optimizer has removed here is still done there.
  void callWhatWasSeen(llvm::Module &M);

private:
  /// With \p Lent what the function's parameters point to is its own too.
  bool reachesOut(const llvm::Instruction &I, bool Lent);
  bool callReachesOut(const llvm::CallBase &Call, bool Lent);
  /// Whether all that \p F accesses is its own, constant, or what its
  /// parameters point to, of which it keeps no address.
  bool staysWithin(const llvm::Function &F);
  bool findOut(const llvm::Function &F);

  bool isOwn(const llvm::Value *Pointer, bool Lent);
  bool isReadable(const llvm::Value *Pointer, bool Lent);
  bool isOwnObject(const llvm::Value *Object, bool Lent);
  /// Whether a copy of \p Pointer, an address, may be anywhere but in this
  /// function's registers, and in closures of blocks if it \p MayLend it.
  bool escapes(const llvm::Value &Pointer, bool MayLend);
  bool isHarmless(const llvm::Use &U, bool MayLend);
  /// Whether \p Store, of an address, fills in a closure whose blocks don't
  /// keep it.
  bool lends(const llvm::StoreInst &Store);

  llvm::DenseMap<const llvm::Value *, bool> Cache;
  struct Answer {
    bool StaysWithin;    ///< Taken for true while it is being found out.
    bool IsUsed = false; ///< By others, meanwhile.
  };
  llvm::DenseMap<const llvm::Function *, Answer> Answers;
  /// Those that stay within, in the order in which that was found out.
  llvm::SmallVector<llvm::Function *, 16> StayWithin;
  unsigned Depth = 0;     ///< Of functions that are being looked at.
  bool IsTooDeep = false; ///< One of these has not been looked at.
};

} // namespace stm

#endif // STM_PASS_OWNMEMORY_H
