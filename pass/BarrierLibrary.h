//===- pass/BarrierLibrary.h - the fast paths as bitcode --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_BARRIERLIBRARY_H
#define STM_PASS_BARRIERLIBRARY_H

#include "llvm/IR/Module.h"
#include <memory>

namespace stm {

/// rt/inlined/barriers.cpp, for one module: declare, link, inline, remove.
class BarrierLibrary {
public:
  explicit BarrierLibrary(llvm::Module &M);

  /// False: there is none, or it is for another target than the module.
  bool isUsable() const { return Library != nullptr; }

  /// Declares what to call for the thread's descriptor, without arguments.
  llvm::Function &current();
  /// The same for \p Barrier, a call of an entry point; null if there is
  /// nothing. It takes the descriptor and then the arguments of the barrier, as
  /// many as it has room for; with \p Ahead, of a write, one more: where the
  /// next one goes.
  llvm::Function *findFor(const llvm::CallBase &Barrier, bool Ahead);

  /// Brings the bodies of what has been declared. The declarations are gone.
  void link();
  /// Once everything is inlined.
  void remove();

private:
  llvm::Function &declare(const llvm::Function &F);

  llvm::Module &M;
  std::unique_ptr<llvm::Module> Library;
};

} // namespace stm

#endif // STM_PASS_BARRIERLIBRARY_H
