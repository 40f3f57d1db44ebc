//===- abi/printf_wraps.cpp - printf into shared memory ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/format.h"
#include "abi/private_args.h"

#include <algorithm>
#include <cstdio>

// libc's.
extern "C" {
[[noreturn]] STM_EXPORT void __chk_fail();
STM_EXPORT int __vsnprintf_chk(char *, size_t, int, size_t, const char *,
                               va_list);
STM_EXPORT int __vasprintf_chk(char **, int, const char *, va_list);
}

namespace stm::rt::abi {

namespace {

// Flag: of _FORTIFY_SOURCE, above 0 where libc is to end the program for a %n
// in a format that can be written to. None of the formats done here has it.

/// Its result, in memory that outlives the arguments.
I32 formatInto(Ptr Out, Size Bytes, CPtr Format, FormatArgs &Args,
               I32 Flag = 0) {
  if (!canFormat(Format)) {
    __stm_become_inevitable("printf with %n, wide characters or positions");
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
    auto *To = static_cast<char *>(Out);
    auto *Text = static_cast<const char *>(Format);
    return Flag > 0 ? __vsnprintf_chk(To, Bytes, Flag, Bytes, Text, Args.List)
                    : vsnprintf(To, Bytes, Text, Args.List);
#pragma clang diagnostic pop
  }

  FormatArgs Again;
  va_copy(Again.List, Args.List);
  char Small[256];
  Size Length = formatPrivately(Small, sizeof(Small), Format, Args);
  if (Length != FormatFailed && Bytes) {
    Size Written = std::min(Length, Bytes - 1);
    if (Written < sizeof(Small)) {
      Small[Written] = 0;
      __stm_write_range(Out, Small, Written + 1);
    } else {
      PrivateBlock Large(Written + 1);
      if (Large.data()) {
        formatPrivately(Large.data(), Written + 1, Format, Again);
        __stm_write_range(Out, Large.data(), Written + 1);
      } else {
        Length = FormatFailed;
      }
    }
  }
  va_end(Again.List);
  return static_cast<I32>(Length);
}

/// Into a new block, which \p Result gets.
I32 allocateFormatted(Ptr Result, CPtr Format, FormatArgs &Args, I32 Flag = 0) {
  if (!canFormat(Format)) {
    __stm_become_inevitable("printf with %n, wide characters or positions");
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
    auto *To = static_cast<char **>(Result);
    auto *Text = static_cast<const char *>(Format);
    return Flag > 0 ? __vasprintf_chk(To, Flag, Text, Args.List)
                    : vasprintf(To, Text, Args.List);
#pragma clang diagnostic pop
  }

  FormatArgs Again;
  va_copy(Again.List, Args.List);
  Size Length = formatPrivately(nullptr, 0, Format, Args);
  Ptr Text = Length == FormatFailed ? nullptr : __stm_wrap_malloc(Length + 1);
  if (Text) {
    formatPrivately(static_cast<char *>(Text), Length + 1, Format, Again);
    __stm_write_u64(Result, reinterpret_cast<U64>(Text));
  }
  va_end(Again.List);
  return Text ? static_cast<I32>(Length) : -1;
}

I32 allocateFormattedList(Ptr Result, CPtr Format, Ptr List, I32 Flag = 0) {
  FormatArgs Args;
  va_copy(Args.List, *static_cast<va_list *>(List));
  I32 Length = allocateFormatted(Result, Format, Args, Flag);
  va_end(Args.List);
  return Length;
}

I32 formatList(Ptr Out, Size Bytes, CPtr Format, Ptr List, I32 Flag = 0) {
  FormatArgs Args;
  va_copy(Args.List, *static_cast<va_list *>(List));
  I32 Length = formatInto(Out, Bytes, Format, Args, Flag);
  va_end(Args.List);
  return Length;
}

/// So that the sum of address and size stays an address.
constexpr Size Unlimited = 0x7fffffff;

/// sprintf that knows its room (_FORTIFY_SOURCE): longer is the program's end.
I32 requireRoom(I32 Length, Size Room) {
  if (Length >= 0 && static_cast<Size>(Length) >= Room)
    __chk_fail();
  return Length;
}

} // namespace

extern "C" {

I32 __stm_wrap_vsnprintf(Ptr Out, Size Bytes, CPtr Format, Ptr List) {
  return formatList(Out, Bytes, Format, List);
}

I32 __stm_wrap_vsprintf(Ptr Out, CPtr Format, Ptr List) {
  return formatList(Out, Unlimited, Format, List);
}

I32 __stm_wrap___vsnprintf_chk(Ptr Out, Size Bytes, I32 Flag, Size Room,
                               CPtr Format, Ptr List) {
  if (Bytes > Room)
    __chk_fail();
  return formatList(Out, Bytes, Format, List, Flag);
}

I32 __stm_wrap___vsprintf_chk(Ptr Out, I32 Flag, Size Room, CPtr Format,
                              Ptr List) {
  return requireRoom(
      formatList(Out, std::min(Room, Unlimited), Format, List, Flag), Room);
}

I32 __stm_wrap___snprintf_chk(Ptr Out, Size Bytes, I32 Flag, Size Room,
                              CPtr Format, ...) {
  if (Bytes > Room)
    __chk_fail();
  FormatArgs Args;
  va_start(Args.List, Format);
  I32 Length = formatInto(Out, Bytes, Format, Args, Flag);
  va_end(Args.List);
  return Length;
}

I32 __stm_wrap___sprintf_chk(Ptr Out, I32 Flag, Size Room, CPtr Format, ...) {
  FormatArgs Args;
  va_start(Args.List, Format);
  I32 Length = formatInto(Out, std::min(Room, Unlimited), Format, Args, Flag);
  va_end(Args.List);
  return requireRoom(Length, Room);
}

I32 __stm_wrap_snprintf(Ptr Out, Size Bytes, CPtr Format, ...) {
  FormatArgs Args;
  va_start(Args.List, Format);
  I32 Length = formatInto(Out, Bytes, Format, Args);
  va_end(Args.List);
  return Length;
}

I32 __stm_wrap_sprintf(Ptr Out, CPtr Format, ...) {
  FormatArgs Args;
  va_start(Args.List, Format);
  I32 Length = formatInto(Out, Unlimited, Format, Args);
  va_end(Args.List);
  return Length;
}

I32 __stm_wrap_vasprintf(Ptr Result, CPtr Format, Ptr List) {
  return allocateFormattedList(Result, Format, List);
}

I32 __stm_wrap___vasprintf_chk(Ptr Result, I32 Flag, CPtr Format, Ptr List) {
  return allocateFormattedList(Result, Format, List, Flag);
}

I32 __stm_wrap_asprintf(Ptr Result, CPtr Format, ...) {
  FormatArgs Args;
  va_start(Args.List, Format);
  I32 Length = allocateFormatted(Result, Format, Args);
  va_end(Args.List);
  return Length;
}

I32 __stm_wrap___asprintf_chk(Ptr Result, I32 Flag, CPtr Format, ...) {
  FormatArgs Args;
  va_start(Args.List, Format);
  I32 Length = allocateFormatted(Result, Format, Args, Flag);
  va_end(Args.List);
  return Length;
}

} // extern "C"

} // namespace stm::rt::abi
