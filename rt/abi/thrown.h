//===- abi/thrown.h - exceptions of code without barriers -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_THROWN_H
#define STM_RT_ABI_THROWN_H

namespace stm::rt::abi {

/// In its handler: a rollback frees it, as it does what the block itself
/// throws.
void noteThrown();

/// The result of \p Call, which runs code of a library's or of the program's as
/// it stands.
template <class F> auto notingThrown(F Call) {
  try {
    return Call();
  } catch (...) {
    noteThrown();
    throw;
  }
}

} // namespace stm::rt::abi

#endif // STM_RT_ABI_THROWN_H
