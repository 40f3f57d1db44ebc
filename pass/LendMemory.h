//===- pass/LendMemory.h - copies for callers' own memory -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A constructor that isn't inlined fills in what was allocated just before it,
// or a variable on its caller's stack; so does a function that returns a
// structure. The version can't know, and has barriers. So it gets a copy in
// which accesses through that parameter are plain until the function makes its
// address known (FreshMemory.h), for calls whose argument points to memory that
// nobody else knows of yet.
//
// Why that is right: the copy is called directly, so it runs in the scope that
// its caller runs in, and whatever undoes that scope drops the memory too. A
// scope that begins inside is a function that the runtime calls, with barriers
// of its own: what it changes it logs. The same object by two arguments is lent by none of them, as either
// could make it known.
//
// Copies are local, and made only by this file's hot versions (HotVersions.h),
// of functions that are small for the barriers that go.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_LENDMEMORY_H
#define STM_PASS_LENDMEMORY_H

#include "llvm/IR/PassManager.h"

namespace stm {

/// After InferCaptures, before InsertBarriers.
struct LendMemoryPass : llvm::PassInfoMixin<LendMemoryPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace stm

#endif // STM_PASS_LENDMEMORY_H
