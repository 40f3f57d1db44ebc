//===- abi/libc_copies.cpp - libc's functions on copies ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One line each, by private_args.h: which function, which of its arguments are
// strings (CPtr), and what its result is. errno is the thread's own: a program
// that looks at it after such a call reads what the call has left.
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"
#include "abi/strtok_rest.h"

#include <cinttypes>
#include <cstdlib>
#include <cstring>
#include <cwctype>
#include <strings.h>
#include <utility>

// In glibc from 2.38 on.
extern "C" {
#define STM_NEWER(Type, Name)                                                  \
  __attribute__((weak)) STM_EXPORT Type __stm_newer_##Name(                    \
      const char *, char **, int) __asm__("__isoc23_" #Name);
STM_NEWER(long, strtol)
STM_NEWER(long long, strtoll)
STM_NEWER(unsigned long, strtoul)
STM_NEWER(unsigned long long, strtoull)
STM_NEWER(intmax_t, strtoimax)
STM_NEWER(uintmax_t, strtoumax)
#undef STM_NEWER
}

namespace stm::rt::abi {

namespace {

// Without the overloads that C++ has of them.
const char *findString(const char *Text, const char *Wanted) {
  return strstr(Text, Wanted);
}
const char *findStringAnyCase(const char *Text, const char *Wanted) {
  return strcasestr(Text, Wanted);
}
const char *findAnyOf(const char *Text, const char *Set) {
  return strpbrk(Text, Set);
}
const char *findLast(const char *Text, int Byte) { return strrchr(Text, Byte); }

/// \p Newer where there is one; who calls its version knows of it.
template <auto Newer, auto Older>
auto newest(const char *Text, char **End, int Base) {
  auto *Function = Newer;
  return Function ? Function(Text, End, Base) : Older(Text, End, Base);
}

template <class Compare>
I32 compareUpTo(Compare *Original, CPtr A, CPtr B, Size Limit) {
  return Original(PrivateString(A, Limit), PrivateString(B, Limit), Limit);
}

/// \p Find on a copy of a block: where in the block it found what it wanted.
template <class F> Ptr findInBlock(CPtr Block, Size Bytes, F Find) {
  PrivateBlock Copy(Bytes);
  if (!Copy.data()) {
    __stm_become_inevitable("no memory to copy a block");
    return const_cast<void *>(Find(Block));
  }
  __stm_read_range(Copy.data(), Block, Bytes);
  auto *Found = static_cast<const char *>(Find(Copy.data()));
  return Found ? const_cast<char *>(static_cast<const char *>(Block)) +
                     (Found - Copy.data())
               : nullptr;
}

/// Whether plain calls of strtok come to the runtime's. Another library's may
/// stand before that.
bool PlainStrtokIsOurs = false;

__attribute__((constructor)) void findStrtok() {
  if (!&StrtokRest)
    return;
  char Text[] = "ab";
  char *Before = std::exchange(StrtokRest, nullptr);
  strtok(Text, "b");
  PlainStrtokIsOurs =
      StrtokRest && StrtokRest >= Text && StrtokRest < Text + sizeof(Text);
  StrtokRest = Before;
}

/// Null if there is no memory.
char *duplicate(CPtr String, Size Length) {
  auto *Copy = static_cast<char *>(__stm_wrap_malloc(Length + 1));
  if (Copy) {
    __stm_read_range(Copy, String, Length);
    Copy[Length] = 0;
  }
  return Copy;
}

} // namespace

extern "C" {

Ptr __stm_wrap_strstr(CPtr A, CPtr B) { return findOnCopy<findString>(A, B); }
Ptr __stm_wrap_strcasestr(CPtr A, CPtr B) {
  return findOnCopy<findStringAnyCase>(A, B);
}
Ptr __stm_wrap_strpbrk(CPtr A, CPtr B) { return findOnCopy<findAnyOf>(A, B); }
Ptr __stm_wrap_strrchr(CPtr A, I32 C) { return findOnCopy<findLast>(A, C); }
Size __stm_wrap_strspn(CPtr A, CPtr B) { return onCopies<strspn>(A, B); }
Size __stm_wrap_strcspn(CPtr A, CPtr B) { return onCopies<strcspn>(A, B); }
I32 __stm_wrap_strcasecmp(CPtr A, CPtr B) { return onCopies<strcasecmp>(A, B); }
I32 __stm_wrap_strcoll(CPtr A, CPtr B) { return onCopies<strcoll>(A, B); }
I32 __stm_wrap_strncasecmp(CPtr A, CPtr B, Size Limit) {
  return compareUpTo(strncasecmp, A, B, Limit);
}
Ptr __stm_wrap_memrchr(CPtr Block, I32 Byte, Size Bytes) {
  return findInBlock(Block, Bytes, [=](CPtr Copy) -> CPtr {
    return memrchr(Copy, Byte, Bytes);
  });
}
Ptr __stm_wrap_memmem(CPtr Block, Size Bytes, CPtr Wanted, Size WantedBytes) {
  PrivateBlock What(WantedBytes);
  if (!What.data()) {
    __stm_become_inevitable("no memory to copy a block");
    return memmem(Block, Bytes, Wanted, WantedBytes);
  }
  __stm_read_range(What.data(), Wanted, WantedBytes);
  return findInBlock(Block, Bytes, [&](CPtr Copy) -> CPtr {
    return memmem(Copy, Bytes, What.data(), WantedBytes);
  });
}

Ptr __stm_wrap_strdup(CPtr String) {
  return duplicate(String, __stm_wrap_strlen(String));
}
Ptr __stm_wrap_strndup(CPtr String, Size Limit) {
  return duplicate(String, __stm_wrap_strnlen(String, Limit));
}

I32 __stm_wrap_atoi(CPtr Text) { return atoi(PrivateNumber(Text)); }
I64 __stm_wrap_atol(CPtr Text) { return atol(PrivateNumber(Text)); }
I64 __stm_wrap_atoll(CPtr Text) { return atoll(PrivateNumber(Text)); }
F64 __stm_wrap_atof(CPtr Text) { return atof(PrivateNumber(Text)); }
STM_PARSE(parseOnCopy, I64, strtol)
STM_PARSE(parseOnCopy, I64, strtoll)
STM_PARSE(parseOnCopy, U64, strtoul)
STM_PARSE(parseOnCopy, U64, strtoull)
STM_PARSE(parseOnCopy, I64, strtoimax)
STM_PARSE(parseOnCopy, U64, strtoumax)
F64 __stm_wrap_strtod(CPtr Text, Ptr End) {
  return parseOnCopy<strtod>(Text, End);
}
F32 __stm_wrap_strtof(CPtr Text, Ptr End) {
  return parseOnCopy<strtof>(Text, End);
}

Ptr __stm_wrap_strtok(Ptr Text, CPtr Separators) {
  if (PlainStrtokIsOurs)
    return __stm_wrap_strtok_r(Text, Separators, &StrtokRest);
  __stm_become_inevitable("call to strtok");
  return strtok(static_cast<char *>(Text),
                static_cast<const char *>(Separators));
}

I32 __stm_wrap_strverscmp(CPtr A, CPtr B) { return onCopies<strverscmp>(A, B); }
Size __stm_wrap_strxfrm(Ptr Out, CPtr Text, Size Bytes) {
  PrivateString Copy(Text);
  Size Length = strxfrm(nullptr, Copy, 0);
  if (Length >= Bytes) // What is in Out then nobody may look at.
    return Length;
  PrivateBlock Made(Length + 1);
  if (!Made.data()) {
    __stm_become_inevitable("no memory to copy a string");
    return strxfrm(static_cast<char *>(Out), Copy, Bytes);
  }
  strxfrm(Made.data(), Copy, Length + 1);
  __stm_write_range(Out, Made.data(), Length + 1);
  return Length;
}
U64 __stm_wrap_wctype(CPtr Name) { return wctype(PrivateString(Name)); }
Ptr __stm_wrap_wctrans(CPtr Name) {
  return const_cast<int *>(wctrans(PrivateString(Name)));
}

I32 __stm_wrap_rand_r(Ptr Seed) {
  unsigned Copy = __stm_read_u32(Seed);
  int Result = rand_r(&Copy);
  __stm_write_u32(Seed, Copy);
  return Result;
}
} // extern "C"

} // namespace stm::rt::abi
