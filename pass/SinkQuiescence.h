//===- pass/SinkQuiescence.h - waits for older attempts, later --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a block has made private may be used plainly once it has ended: so its
// commit waits for attempts that are older. In
//
//   for (...) { int Key = random(); atomic { insert(Key); } }
//
// nothing is used plainly between blocks, so all but the last need not wait. A
// block after which code may come to another one without meeting anything that
// needs quiescence leaves the wait (__stm_atomic_lazy_tx), and before all that
// needs it, where a wait may have been left, stands __stm_await_quiescence.
//
// What needs it: each access of memory that others may reach, also by way of a
// call (OwnMemory), but for some that touch few bytes on the way to the next
// block (SettledAccesses); atomics, fences, asm, and the function's end. Inner
// loops without blocks wait once, before they begin. If others may learn of a
// block before its commit, the runtime has it wait (Tx::beforeTelling); where
// that is known beforehand those before it do.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_SINKQUIESCENCE_H
#define STM_PASS_SINKQUIESCENCE_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// In code around blocks; versions are part of transactions. After
/// ReadOnlyRegions.
struct SinkQuiescencePass : llvm::PassInfoMixin<SinkQuiescencePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_SINKQUIESCENCE_H
