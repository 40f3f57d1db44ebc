//===- abi/strtok_rest.h - where strtok goes on -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc keeps that to itself. So in libstm.so the runtime's own strtok stands
// before libc's, for plain code too, and what it keeps is memory like any
// other.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_STRTOK_REST_H
#define STM_RT_ABI_STRTOK_REST_H

namespace stm::rt {

/// Weak: who links an archive keeps libc's function.
extern __attribute__((weak)) char *StrtokRest;

} // namespace stm::rt

#endif // STM_RT_ABI_STRTOK_REST_H
