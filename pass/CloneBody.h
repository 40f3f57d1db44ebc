//===- pass/CloneBody.h - a function's body once more -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// CloneFunctionInto of LLVM 19 visits, for each function that it clones, all
// debug info that can be reached from it, which is most of the module's: four
// fifths of the compile time of C++ with many templates at -O0 -g. Of what a
// function refers to only its own scopes and variables are to be cloned.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_CLONEBODY_H
#define STM_PASS_CLONEBODY_H

#include "llvm/IR/Function.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

namespace stm {

/// Clones \p From's blocks, attributes and metadata into \p To, of the same
/// module, which has none. \p Map has the arguments, and gets the rest. The
/// clone has a DISubprogram of its own.
void cloneBodyInto(llvm::Function &To, const llvm::Function &From,
                   llvm::ValueToValueMapTy &Map);

} // namespace stm

#endif // STM_PASS_CLONEBODY_H
