//===- abi/strerror_wraps.cpp - what an error is called ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The texts of libc's errors stay where they are, translated or not. That of a
// number that is none is written anew: by strerror into memory of the thread's
// that the next call gives back, which a rollback couldn't undo.
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"

#include <algorithm>
#include <cstring>

/// What other standards than GNU call strerror_r.
extern "C" STM_EXPORT int __xpg_strerror_r(int, char *, size_t);

namespace stm::rt::abi {

namespace {

/// More than the longest text of any language, "Unknown error" and a number.
constexpr Size MostBytes = 1024;

} // namespace

extern "C" {

Ptr __stm_wrap_strerror(I32 Error) {
  if (!strerrordesc_np(Error))
    __stm_become_inevitable("strerror of an unknown error");
  return strerror(Error);
}

Ptr __stm_wrap_strerror_r(I32 Error, Ptr Out, Size Bytes) {
  char Private[MostBytes];
  char *Text = ::strerror_r(Error, Private, std::min(Bytes, MostBytes));
  if (Text != Private)
    return Text;
  if (Bytes)
    __stm_write_range(Out, Private, strlen(Private) + 1);
  return Out;
}

I32 __stm_wrap___xpg_strerror_r(I32 Error, Ptr Out, Size Bytes) {
  char Private[MostBytes];
  int Result = __xpg_strerror_r(Error, Private, std::min(Bytes, MostBytes));
  if (Bytes)
    __stm_write_range(Out, Private, strlen(Private) + 1);
  return Result;
}

Ptr __stm_wrap_strsignal(I32 Signal) {
  if (!sigdescr_np(Signal))
    __stm_become_inevitable("strsignal of an unknown signal");
  return strsignal(Signal);
}

} // extern "C"

} // namespace stm::rt::abi
