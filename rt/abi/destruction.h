//===- abi/destruction.h - the end of a shared object -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What shared_ptr's last release calls: a virtual function of the program's.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_DESTRUCTION_H
#define STM_RT_ABI_DESTRUCTION_H

#include "abi/clone_table.h"
#include "tx/run.h"

namespace stm::rt::abi {

using Virtual = void (*)(void *);

inline Body versionOf(Virtual Function) {
  return reinterpret_cast<Body>(cloneOf(reinterpret_cast<void *>(Function)));
}

/// After the transaction that gave up the last reference: a transaction of its
/// own.
inline void runLater(void *Of, Virtual Function) {
  static constexpr stm_site Site = {"destruction of a shared object", nullptr,
                                    0};
  runTransaction(Function, versionOf(Function), Of, &Site);
}

/// Inside of the transaction that has made the object.
inline void runNow(void *Of, Virtual Function) {
  auto Version = reinterpret_cast<Body>(
      cloneInTransaction(reinterpret_cast<void *>(Function), STM_CALLER_PC));
  if (!Version)
    CurrentTx->becomeInevitable("destruction of a shared object",
                                STM_CALLER_PC);
  (CurrentTx->isDirect() ? Function : Version)(Of);
}

} // namespace stm::rt::abi

#endif // STM_RT_ABI_DESTRUCTION_H
