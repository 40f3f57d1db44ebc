//===- pass/SettledAccesses.h - plain code that need not wait ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a block has left its wait for older attempts (SinkQuiescence.h), code
// need not wait for them if it knows which bytes it touches. A load looks at
// the stripe, as a transaction's would, and has what was there when the block
// ended. What an attempt that will be rolled back has stored there is locked
// until it is undone; then the load waits. So may an atomic load: nobody learns
// from it how far this thread has come.
//
// Before a store, or what else touches few bytes, the stripe is given the
// block's time (__stm_settle, rt/abi/settled.cpp). Who is older finds it newer
// than its snapshot from then on, and neither reads what is stored nor locks
// it. The next block leaves a wait of its own.
//
// Not for what versions access without a look at the stripe.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_SETTLEDACCESSES_H
#define STM_PASS_SETTLEDACCESSES_H

#include "OwnMemory.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"

namespace stm {

/// More in one loop, inner ones not counted, are too much code. (The runtime
/// has a bound of its own: after some looks it waits.)
constexpr unsigned MostSettled = 32;

/// Whether \p I, which reaches out, need not wait if its bytes are looked at.
/// Not where a sanitizer is to see what it does.
bool canBeSettled(const llvm::Instruction &I, OwnMemory &Own);

/// Bytes behind a pointer.
struct StampedBytes {
  llvm::Value *Pointer;
  uint64_t Bytes;
};
/// At most so many at once: two stripes, or three.
constexpr uint64_t MostStampedBytes = 64;

/// What must be stamped so that \p I, which can be settled, needs nothing else;
/// nothing: there is no such thing.
llvm::SmallVector<StampedBytes, 1> bytesToStamp(const llvm::Instruction &I,
                                                OwnMemory &Own);
void stampBefore(llvm::IRBuilderBase &B, llvm::Value *Pointer, uint64_t Bytes);

/// Of one basic block, in order.
class Settler {
public:
  explicit Settler(OwnMemory &Own) : Own(Own) {}

  /// \p I can be settled. It may be erased.
  void settle(llvm::Instruction &I);
  /// A block: what it leaves is another wait.
  void startAnew() { Stamped.clear(); }

private:
  /// For \p Storing, from \p Before on.
  void stamp(llvm::Instruction &Before, const llvm::Instruction &Storing);

  OwnMemory &Own;
  /// How many bytes behind a pointer are stamped.
  llvm::SmallDenseMap<llvm::Value *, uint64_t, 8> Stamped;
};

/// Whether \p Call is what is made of such accesses.
bool isSettling(const llvm::CallBase &Call);

} // namespace stm

#endif // STM_PASS_SETTLEDACCESSES_H
