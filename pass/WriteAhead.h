//===- pass/WriteAhead.h - where the write after this one goes --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a snapshot scans has left the cache of who writes it. The runtime waits
// for the lock of one stripe before the program gets to the next, so it is told
// in time where that is, and asks for both at once. While no snapshot runs this
// costs a register, and an instruction.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_WRITEAHEAD_H
#define STM_PASS_WRITEAHEAD_H

#include "llvm/IR/InstrTypes.h"

namespace stm {

/// The address of the next write after \p Write, a barrier, that isn't known to
/// be near it; if it is in the same basic block, with nothing but reads called
/// before it, and known in time. What computes it may be copied. Otherwise
/// null.
llvm::Value *addressAhead(llvm::CallBase &Write);

} // namespace stm

#endif // STM_PASS_WRITEAHEAD_H
