//===- pass/SettledReads.h - plain loads that need not wait -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where a block has left its wait for older attempts (SinkQuiescence.h), a load
// need not wait for them: it looks at the stripe, as a transaction's would, and
// has what was there when the block ended. What an attempt that will be rolled
// back has stored there is locked until it is undone; then the load waits.
//
// So may an atomic load: nobody learns from it how far this thread has come.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_SETTLEDREADS_H
#define STM_PASS_SETTLEDREADS_H

#include "llvm/IR/Instructions.h"

namespace stm {

/// More in one loop, inner ones not counted, cost more than to wait.
constexpr unsigned MostSettledReads = 8;

/// Whether \p I is a load that makeSettled can do. Not where a sanitizer is to
/// see it.
bool canBeSettled(const llvm::Instruction &I);

/// Makes it a call; erases \p Load.
void makeSettled(llvm::LoadInst &Load);

/// Whether \p Call is such a read.
bool isSettledRead(const llvm::CallBase &Call);

} // namespace stm

#endif // STM_PASS_SETTLEDREADS_H
