//===- abi/environment_wraps.cpp - getenv in transactions -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// setenv and its kin are inevitable, alone, and what they change is memory like
// any other: a program may exchange `environ`, or write to its strings.
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"

#include <sys/auxv.h>
#include <unistd.h>

namespace stm::rt::abi {

namespace {

CPtr read(CPtr Where) { return reinterpret_cast<CPtr>(__stm_read_u64(Where)); }

/// As glibc: the first that begins so, whatever is in the name.
Ptr find(CPtr Name) {
  size_t Length = __stm_wrap_strlen(Name);
  auto *Next = static_cast<const char *const *>(read(&environ));
  if (!Next || !Length)
    return nullptr;
  while (auto *Entry = static_cast<const char *>(read(Next++)))
    if (__stm_wrap_strncmp(Entry, Name, Length) == 0 &&
        __stm_read_u8(Entry + Length) == '=')
      return const_cast<char *>(Entry) + Length + 1;
  return nullptr;
}

} // namespace

extern "C" {

Ptr __stm_wrap_getenv(CPtr Name) { return find(Name); }

Ptr __stm_wrap_secure_getenv(CPtr Name) {
  return getauxval(AT_SECURE) ? nullptr : find(Name);
}

} // extern "C"

} // namespace stm::rt::abi
