//===- abi/wide_wraps.cpp - wide strings on copies --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc's functions on private copies, as libc_copies.cpp has them for narrow
// strings. swprintf is snprintf where format and result are ASCII: then
// characters are bytes, and widths and precisions the same.
//
//===----------------------------------------------------------------------===//

#include "abi/format.h"
#include "abi/fortify.h"
#include "abi/private_args.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cwchar>
#include <cwctype>
#include <langinfo.h>

// In glibc from 2.38 on.
extern "C" {
#define STM_NEWER(Type, Name)                                                  \
  __attribute__((weak)) STM_EXPORT Type __stm_newer_##Name(                    \
      const wchar_t *, wchar_t **, int) __asm__("__isoc23_" #Name);
STM_NEWER(long, wcstol)
STM_NEWER(long long, wcstoll)
STM_NEWER(unsigned long, wcstoul)
STM_NEWER(unsigned long long, wcstoull)
#undef STM_NEWER
}

/// libc's.
extern "C" STM_EXPORT int __vswprintf_chk(wchar_t *, size_t, int, size_t,
                                          const wchar_t *, va_list);

namespace stm::rt::abi {

namespace {

/// How many characters of \p Text wcstod and kin could look at. A decimal point
/// that isn't ASCII may be the locale's.
Size numberLength(CPtr Text) {
  auto *At = static_cast<const U32 *>(Text);
  while (U32 C = __stm_read_u32(At)) {
    bool IsAscii = C < 0x80;
    if (IsAscii && !iswspace(C) && !iswalnum(C) &&
        !wcschr(L"+-._(),'", static_cast<wchar_t>(C)))
      break;
    ++At;
  }
  return static_cast<Size>(At - static_cast<const U32 *>(Text));
}

template <auto Original, class... Args>
auto parseWide(CPtr Text, Ptr End, Args... A) {
  PrivateWide Copy(Text, numberLength(Text));
  wchar_t *Stop = nullptr; // As it stays if the base is wrong.
  auto Result = Original(Copy.data(), &Stop, A...);
  if (End && Stop)
    __stm_write_u64(End,
                    reinterpret_cast<U64>(static_cast<const wchar_t *>(Text) +
                                          (Stop - Copy.data())));
  return Result;
}

/// \p Newer where there is one; who calls its version knows of it.
template <auto Newer, auto Older>
auto newest(const wchar_t *Text, wchar_t **End, int Base) {
  auto *Function = Newer;
  return Function ? Function(Text, End, Base) : Older(Text, End, Base);
}

/// By elements, as libc's: what is behind the first difference may be none of
/// the program's memory.
I32 compareAnyCase(CPtr TextA, CPtr TextB, Size Limit) {
  auto *A = static_cast<const U32 *>(TextA);
  auto *B = static_cast<const U32 *>(TextB);
  for (; Limit; --Limit, ++A, ++B) {
    wint_t OfA = towlower(__stm_read_u32(A)), OfB = towlower(__stm_read_u32(B));
    if (OfA != OfB || !OfA)
      return static_cast<I32>(OfA - OfB);
  }
  return 0;
}

bool isAscii(wchar_t C) { return C >= 0 && C < 0x80; }

/// More is done in place.
constexpr Size MostCharacters = 1 << 9;

/// What vswprintf returns. Nothing (false) where it isn't as with bytes.
bool formatAsBytes(Ptr Out, Size Count, CPtr Format, FormatArgs &Args,
                   I32 &Result) {
  Size FormatLength = __stm_wrap_wcsnlen(Format, MostCharacters);
  if (FormatLength == MostCharacters)
    return false;
  PrivateWide Wide(Format, FormatLength);
  PrivateBlock Narrow(FormatLength + 1);
  char Text[MostCharacters];
  wchar_t Made[MostCharacters];
  if (!Narrow.data() ||
      !std::all_of(Wide.data(), Wide.data() + Wide.length(), isAscii))
    return false;
  std::copy_n(Wide.data(), Wide.length() + 1, Narrow.data());
  if (!canFormat(Narrow.data()))
    return false;
  Size Length = formatPrivately(Text, sizeof(Text), Narrow.data(), Args);
  if (Length >= sizeof(Text) ||
      !std::all_of(Text, Text + Length, [](char C) { return isAscii(C); }))
    return false;
  Result = -1; // It doesn't fit.
  if (Count) {
    Size Written = std::min(Length, Count - 1);
    std::copy_n(Text, Written, Made);
    Made[Written] = 0;
    __stm_write_range(Out, Made, (Written + 1) * sizeof(wchar_t));
    if (Length < Count)
      Result = static_cast<I32>(Length);
    else
      errno = EOVERFLOW;
  }
  return true;
}

/// \p Flag: see printf_wraps.cpp.
I32 formatWide(Ptr Out, Size Count, CPtr Format, FormatArgs &Args,
               I32 Flag = 0) {
  FormatArgs Again;
  va_copy(Again.List, Args.List);
  I32 Result;
  if (!formatAsBytes(Out, Count, Format, Args, Result)) {
    __stm_become_inevitable("swprintf with more than ASCII");
    auto *To = static_cast<wchar_t *>(Out);
    auto *Text = static_cast<const wchar_t *>(Format);
    Result = Flag > 0
                 ? __vswprintf_chk(To, Count, Flag, Count, Text, Again.List)
                 : vswprintf(To, Count, Text, Again.List);
  }
  va_end(Again.List);
  return Result;
}

I32 formatWideList(Ptr Out, Size Count, CPtr Format, Ptr List, I32 Flag = 0) {
  FormatArgs Args;
  va_copy(Args.List, *static_cast<va_list *>(List));
  I32 Result = formatWide(Out, Count, Format, Args, Flag);
  va_end(Args.List);
  return Result;
}

} // namespace

extern "C" {

I32 __stm_wrap_wcscasecmp(CPtr A, CPtr B) {
  return compareAnyCase(A, B, NoLimit);
}
I32 __stm_wrap_wcsncasecmp(CPtr A, CPtr B, Size Limit) {
  return compareAnyCase(A, B, Limit);
}
I32 __stm_wrap_wcscoll(CPtr A, CPtr B) {
  return wcscoll(PrivateWide(A), PrivateWide(B));
}
Size __stm_wrap_wcsxfrm(Ptr Out, CPtr Text, Size Count) {
  PrivateWide Copy(Text);
  Size Length = wcsxfrm(nullptr, Copy, 0);
  PrivateBlock Made((Length + 1) * sizeof(wchar_t));
  if (Length >= Count || !Made.data()) {
    if (Count && !Made.data()) {
      __stm_become_inevitable("no memory to copy a string");
      return wcsxfrm(static_cast<wchar_t *>(Out), Copy, Count);
    }
    return Length; // What is in Out then nobody may look at.
  }
  wcsxfrm(reinterpret_cast<wchar_t *>(Made.data()), Copy, Length + 1);
  __stm_write_range(Out, Made.data(), (Length + 1) * sizeof(wchar_t));
  return Length;
}
I32 __stm_wrap_wcswidth(CPtr Text, Size Count) {
  int Width = 0;
  for (auto *At = static_cast<const U32 *>(Text); Count; --Count, ++At) {
    auto C = static_cast<wchar_t>(__stm_read_u32(At));
    if (!C)
      break;
    int Columns = wcswidth(&C, 1); // wcwidth may be the program's own.
    if (Columns < 0)
      return -1;
    Width += Columns;
  }
  return Width;
}

Ptr __stm_wrap_wcsdup(CPtr String) {
  Size Bytes = (__stm_wrap_wcslen(String) + 1) * sizeof(wchar_t);
  Ptr Copy = __stm_wrap_malloc(Bytes);
  if (Copy)
    __stm_read_range(Copy, String, Bytes);
  return Copy;
}

STM_PARSE(parseWide, I64, wcstol)
STM_PARSE(parseWide, I64, wcstoll)
STM_PARSE(parseWide, U64, wcstoul)
STM_PARSE(parseWide, U64, wcstoull)
F64 __stm_wrap_wcstod(CPtr Text, Ptr End) {
  return parseWide<wcstod>(Text, End);
}
F32 __stm_wrap_wcstof(CPtr Text, Ptr End) {
  return parseWide<wcstof>(Text, End);
}

I32 __stm_wrap_vswprintf(Ptr Out, Size Count, CPtr Format, Ptr List) {
  return formatWideList(Out, Count, Format, List);
}
I32 __stm_wrap___vswprintf_chk(Ptr Out, Size Count, I32 Flag, Size Room,
                               CPtr Format, Ptr List) {
  requireRoom(Count, Room);
  return formatWideList(Out, Count, Format, List, Flag);
}
I32 __stm_wrap_swprintf(Ptr Out, Size Count, CPtr Format, ...) {
  FormatArgs Args;
  va_start(Args.List, Format);
  I32 Result = formatWide(Out, Count, Format, Args);
  va_end(Args.List);
  return Result;
}
I32 __stm_wrap___swprintf_chk(Ptr Out, Size Count, I32 Flag, Size Room,
                              CPtr Format, ...) {
  requireRoom(Count, Room);
  FormatArgs Args;
  va_start(Args.List, Format);
  I32 Result = formatWide(Out, Count, Format, Args, Flag);
  va_end(Args.List);
  return Result;
}

} // extern "C"

} // namespace stm::rt::abi
