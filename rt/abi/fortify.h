//===- abi/fortify.h - what _FORTIFY_SOURCE checks --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_FORTIFY_H
#define STM_RT_ABI_FORTIFY_H

#include "base/port.h"

#include <cstddef>

/// libc's: ends the program.
extern "C" [[noreturn]] STM_EXPORT void __chk_fail();

namespace stm::rt::abi {

/// \p Wanted and \p Room in bytes, or both in what else the function counts.
inline void requireRoom(size_t Wanted, size_t Room) {
  if (STM_UNLIKELY(Wanted > Room))
    __chk_fail();
}

} // namespace stm::rt::abi

#endif // STM_RT_ABI_FORTIFY_H
