//===- pass/VersionProof.h - what holds of all that runs --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of a version and all that it may call: taken to hold until a call is found of
// which it doesn't, or whose target isn't known. So functions that call each
// other need no care. It speaks of the definitions of this module.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_VERSIONPROOF_H
#define STM_PASS_VERSIONPROOF_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

namespace stm {

class VersionProof {
public:
  /// \p Holds: of a call of \p Callee, which is no version. \p Unseen: whether
  /// it is taken to hold of code that isn't known here.
  using Predicate = llvm::function_ref<bool(const llvm::Function &Callee)>;
  VersionProof(llvm::Module &M, Predicate Holds, bool Unseen = false);

  /// After VerifyTx. What it says of inline functions' versions is as good as
  /// that the linker may take another file's, which may do more
  /// (ReadOnlyRegions.h), or has another -stm-policy.
  bool of(const llvm::Function &Version) const;

private:
  void scan(llvm::Function &F, Predicate Holds);
  /// False if it surely doesn't hold, whatever versions turn out to do. What
  /// stands in a version without a barrier is private to it, or has a check of
  /// inevitability before it, which counts.
  bool mayHold(llvm::CallBase &Call, Predicate Holds);
  bool isSeen(const llvm::Function &Version) const;
  void spread();

  const bool Unseen;
  llvm::DenseSet<const llvm::Function *> Disproved;
  llvm::DenseMap<const llvm::Function *,
                 llvm::SmallVector<const llvm::Function *, 4>>
      Callers;
};

} // namespace stm

#endif // STM_PASS_VERSIONPROOF_H
