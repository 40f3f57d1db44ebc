//===- abi/next_function.h - the functions that come after ours -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_NEXT_FUNCTION_H
#define STM_RT_ABI_NEXT_FUNCTION_H

#include "base/port.h"

#include <atomic>
#include <dlfcn.h>

namespace stm::rt {

inline constinit __thread bool IsResolving = false;

/// What the program would call if ours weren't there. Null inside of dlsym,
/// which frees what it had to say of an earlier failure (sanitizers look for
/// what isn't there).
template <class F> F *nextFunction(std::atomic<F *> &Known, const char *Name) {
  F *Function = Known.load(std::memory_order_relaxed);
  if (STM_UNLIKELY(!Function) && !IsResolving) {
    IsResolving = true;
    Function = reinterpret_cast<F *>(dlsym(RTLD_NEXT, Name));
    IsResolving = false;
    Known.store(Function, std::memory_order_relaxed);
  }
  return Function;
}

} // namespace stm::rt

#endif // STM_RT_ABI_NEXT_FUNCTION_H
