//===- abi/virtual_tables.h - virtual functions of libraries ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of classes that a library keeps to itself only the virtual tables name the
// functions: their versions are registered by the addresses that stand there.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_VIRTUAL_TABLES_H
#define STM_RT_ABI_VIRTUAL_TABLES_H

#include "abi/clone_table.h"
#include "abi/rtl.h"
#include "tx/registry.h"

namespace stm::rt::abi {

/// Of a constant object of a library's, or null before that is there.
template <class T> void *const *virtualTableOf(const T &Object) {
  return *reinterpret_cast<void *const *const *>(&Object);
}

/// Calls the version of the virtual function in \p Slot; if there is none the
/// attempt is inevitable from here on.
template <class Ret, class... Args>
Ret callVirtual(CPtr Object, unsigned Slot, const char *What, uintptr_t Pc,
                Args... A) {
  auto *Table = reinterpret_cast<void *const *>(__stm_read_u64(Object));
  void *Function = Table[Slot], *Version = Function;
  if (!CurrentTx->isDirect() && !(Version = cloneInTransaction(Function, Pc))) {
    CurrentTx->becomeInevitable(What, Pc);
    Version = Function;
  }
  return reinterpret_cast<Ret (*)(CPtr, Args...)>(Version)(Object, A...);
}

} // namespace stm::rt::abi

#endif // STM_RT_ABI_VIRTUAL_TABLES_H
