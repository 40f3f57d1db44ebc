//===- pass/LabelTables.h - labels as values --------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Interpreters have their labels in a table (GNU C's computed goto):
//
//   static const void *const Labels[] = {&&Add, &&Sub, &&End};
//   goto *Labels[*Code++];
//
// A copy of such a function needs a table of its own, or it would go on in the
// original.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_LABELTABLES_H
#define STM_PASS_LABELTABLES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace stm {

/// Whether labels of \p F may be known outside of it: what one of its copies
/// has stored there the original might jump to.
bool labelsEscape(const llvm::Function &F);

/// The tables of a function that is about to be cloned, none of whose labels
/// escape.
class LabelTables {
public:
  /// Has \p Map say that the clone's tables take their places.
  LabelTables(const llvm::Function &F, llvm::ValueToValueMapTy &Map);
  /// Fills them in with the clone's labels, which \p Map knows by now. They go
  /// with \p Group, as the clone does.
  void fillIn(llvm::ValueToValueMapTy &Map, llvm::Comdat *Group = nullptr);

private:
  llvm::SmallVector<std::pair<llvm::GlobalVariable *, llvm::GlobalVariable *>>
      OldAndNew;
};

/// LLVM's CloneFunction, tables included.
llvm::Function *cloneWithLabels(llvm::Function &F);

} // namespace stm

#endif // STM_PASS_LABELTABLES_H
