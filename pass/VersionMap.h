//===- pass/VersionMap.h - from originals to versions -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_VERSIONMAP_H
#define STM_PASS_VERSIONMAP_H

#include "SelectFunctions.h"
#include "llvm/IR/Module.h"

namespace stm {

class VersionMap {
public:
  explicit VersionMap(llvm::Module &M) : M(M) {}

  /// Makes the versions of \p S, bodies included, calls not yet redirected.
  void cloneAll(const Selection &S);

  /// The version that this module has, or null.
  llvm::Function *lookup(const llvm::Function &Original) const;

  /// Declares the version that another file may have, or (strong) has.
  llvm::Constant *declare(const llvm::Function &Original, bool Strong);

  /// What stands for \p Original where an indirect call looks for it: may be
  /// null at run time, and is null where it's known that there is none.
  llvm::Constant *addressFor(llvm::Function &Original);

private:
  llvm::Function *create(llvm::Function &Original);
  void cloneAliases();
  void nameWrappers();
  void claimName(llvm::GlobalValue &V, llvm::StringRef Name);

  llvm::Module &M;
  llvm::DenseMap<const llvm::Function *, llvm::Function *> Made;
};

} // namespace stm

#endif // STM_PASS_VERSIONMAP_H
