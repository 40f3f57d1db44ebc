//===- pass/FunctionPolicy.h - how a transaction may call a function ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_FUNCTIONPOLICY_H
#define STM_PASS_FUNCTIONPOLICY_H

#include "llvm/IR/Function.h"

namespace stm {

enum class CallPolicy {
  AsItStands, ///< Pure, or a function of the runtime.
  Wrapped,    ///< The runtime has a version: getWrapFor().
  Version,    ///< A version is made from the body in this module.
  Safe,       ///< STM_SAFE: another file has the version, surely.
  Unknown,    ///< Another file may have a version: weak.
  Inevitable, ///< There is none, or none that is ours.
  Beside,     ///< Inevitable, but others may go on: see policy_libc.txt.
};

CallPolicy policyFor(const llvm::Function &F);

/// Whether \p F has a body that a version can be made from. What can't be
/// cloned, or not so that it means the same, has none.
bool canHaveVersion(const llvm::Function &F);

} // namespace stm

#endif // STM_PASS_FUNCTIONPOLICY_H
