//===- pass/SelectFunctions.h - which functions get a version ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_SELECTFUNCTIONS_H
#define STM_PASS_SELECTFUNCTIONS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

namespace stm {

/// The facts about a module that its versions are made from, gathered once.
struct Selection {
  explicit Selection(llvm::Module &M);

  /// In a fixed order: what is compiled twice comes out the same.
  llvm::SetVector<llvm::Function *> Originals;

  /// Those that a transaction of this module can call.
  llvm::DenseSet<const llvm::Function *> Reached;

  /// Functions and declarations whose address the program takes, vtable entries
  /// included; an indirect call may have them as its target.
  llvm::SetVector<llvm::Function *> AddressTaken;

  /// Where the blocks of \p Original are: there, or in the copy that
  /// MarkRegions kept. Null if there are none.
  llvm::Function *bodyOf(llvm::Function &Original) const;

private:
  llvm::DenseMap<const llvm::Function *, llvm::Function *> Copies;
};

/// The function that \p V is, aliases followed; null if that isn't known before
/// run time.
llvm::Function *knownFunction(llvm::Value *V);

/// Whether another file's definition may take the place of the one here without
/// being the same.
bool isReplaceable(const llvm::Function &F);

/// Whether \p F, which has a body here, may have a version.
bool mayHaveVersion(const llvm::Function &F);

/// Whether other files may call its version under that's name.
bool hasVersionForOthers(const llvm::Function &F);

/// How many of \p Call's arguments, from the first on, are the body of a block
/// that it begins, and its version: 0 if it begins none.
unsigned bodiesIn(const llvm::CallBase &Call);

/// Whether \p Call runs an atomic block whose version is known:
/// __stm_atomic_tx(Body, Version, Closure, Site), or the same of a body that
/// only reads.
bool runsAtomicBlock(const llvm::CallBase &Call);

/// Whether \p Call is __stm_atomic(Body, Arg, Site) or __stm_snapshot(…).
bool isAtomicBlock(const llvm::CallBase &Call);

/// Whether it is the latter.
bool isSnapshot(const llvm::CallBase &Call);

} // namespace stm

#endif // STM_PASS_SELECTFUNCTIONS_H
