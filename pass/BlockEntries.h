//===- pass/BlockEntries.h - entry points for blocks of a kind --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BLOCKENTRIES_H
#define STM_PASS_BLOCKENTRIES_H

#include "RuntimeCalls.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstrTypes.h"

namespace stm {

/// Has each block that __stm_atomic_tx runs run by \p Entry where \p Holds is
/// true of its body's version. Those blocks.
llvm::SmallVector<llvm::CallBase *>
chooseEntry(llvm::Module &M, Runtime Entry,
            llvm::function_ref<bool(const llvm::Function &)> Holds);

} // namespace stm

#endif // STM_PASS_BLOCKENTRIES_H
