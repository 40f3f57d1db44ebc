//===- pass/HotVersions.h - where inlining pays -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inlined barriers make a version five to ten times as large as its original;
// called ones, one and a half times. Most versions are never executed: they are
// there because somebody could call the function in a transaction. So barriers
// are not inlined into what this file's transactions can't reach, as long as
// nobody else is likely to:
//
//  - code around blocks: functions that begin transactions themselves;
//  - local functions. Calls that go through pointers or into other files may
//    come back to any whose address is known.
//
// A file without transactions is taken for a library of others' transactions:
// all of it is hot. What is wrong here costs time, and nothing else.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_HOTVERSIONS_H
#define STM_PASS_HOTVERSIONS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Function.h"

namespace stm {

/// When all stages but InlineBarriers have run.
class HotVersions {
public:
  explicit HotVersions(llvm::Module &M);

  bool contains(llvm::Function &Version) const {
    return Hot.contains(&Version);
  }

private:
  /// What \p Version calls, or hands to others.
  void follow(llvm::Function &Version);

  llvm::DenseMap<const llvm::Function *, llvm::Function *> VersionOf;
  llvm::SetVector<llvm::Function *> Hot;
  bool LeavesFile = false; ///< Some hot version calls what isn't known.
};

} // namespace stm

#endif // STM_PASS_HOTVERSIONS_H
