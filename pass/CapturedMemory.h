//===- pass/CapturedMemory.h - memory that needs no barrier -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_CAPTUREDMEMORY_H
#define STM_PASS_CAPTUREDMEMORY_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

namespace stm {

/// What a version may access as it stands. Conservative: what isn't understood
/// needs a barrier.
///
/// Private: this function's own stack, as long as nobody else can know the
/// address: allocas and byval arguments that don't escape, and the packed
/// arguments of an STM_TRANSACTION function. An abort leaves these frames, so
/// there is nothing to undo. (Stack that escapes has barriers; the runtime
/// recognises it.)
class CapturedMemory {
public:
  /// Reads and writes.
  bool isPrivate(const llvm::Value *Pointer);

  /// Reads: constants, and vtables by way of a vtable pointer. (The load of the
  /// vtable pointer itself is another matter: an object under construction or
  /// destruction has one that isn't committed.)
  static bool isConstant(const llvm::Value *Pointer);

  bool isReadable(const llvm::Value *Pointer) {
    return isConstant(Pointer) || isPrivate(Pointer);
  }

  /// This function's stack, escaped or not. Nobody else accesses it before the
  /// transaction commits, so volatile and atomic accesses (which have no
  /// barrier) are right as they stand.
  static bool isOwnStack(const llvm::Value *Pointer);

  /// Counters of coverage and profiling: they count executions, also those that
  /// are rolled back.
  static bool isCounter(const llvm::Value *Pointer);

  /// The test of a function-local static's guard: once it says "initialised",
  /// that stays.
  static bool isGuardTest(const llvm::Instruction &I);

  /// Whether all that \p Call, an intrinsic, accesses is this function's stack,
  /// or read and constant.
  static bool touchesOnlyOwnMemory(const llvm::CallBase &Call);

  /// Whether a plain access by \p I is right as it stands.
  bool isPlainAccessAllowed(const llvm::Instruction &I);

private:
  bool isPrivateObject(const llvm::Value *Object);

  llvm::DenseMap<const llvm::Value *, bool> Cache;
};

} // namespace stm

#endif // STM_PASS_CAPTUREDMEMORY_H
