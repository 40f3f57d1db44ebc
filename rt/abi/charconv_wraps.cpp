//===- abi/charconv_wraps.cpp - reals to and from text ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libstdc++'s own, on private memory. (Those of integers are inline.)
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"

#include <algorithm>
#include <charconv>

namespace stm::rt::abi {

namespace {

/// Longer texts are written, and read, in place.
constexpr Size MostBytes = 1 << 16;

/// \p Print is std::to_chars of what there is to print.
template <class F> CharsEnd print(Ptr First, Ptr Last, F Print) {
  auto *Out = static_cast<char *>(First), *End = static_cast<char *>(Last);
  Size Room = static_cast<Size>(End - Out);
  PrivateBlock Text(std::min(Room, MostBytes));
  if (char *Own = Text.data()) {
    std::to_chars_result Made = Print(Own, Own + std::min(Room, MostBytes));
    if (Made.ec == std::errc()) {
      auto Length = static_cast<Size>(Made.ptr - Own);
      __stm_write_range(Out, Own, Length);
      return {Out + Length, 0};
    }
    if (Room <= MostBytes)
      return {End, static_cast<I32>(Made.ec)};
  }
  __stm_become_inevitable("std::to_chars of a text that is too long");
  std::to_chars_result Made = Print(Out, End);
  return {Made.ptr, static_cast<I32>(Made.ec)};
}

template <class T>
CharsEnd parse(CPtr First, CPtr Last, Ptr Value, I32 Format) {
  auto How = static_cast<std::chars_format>(Format);
  auto *In = static_cast<const char *>(First);
  auto *End = static_cast<const char *>(Last);
  Size Bytes = static_cast<Size>(End - In);
  PrivateBlock Text(Bytes);
  if (!Text.data()) {
    __stm_become_inevitable("no memory to copy a text");
    std::from_chars_result Found =
        std::from_chars(In, End, *static_cast<T *>(Value), How);
    return {const_cast<char *>(Found.ptr), static_cast<I32>(Found.ec)};
  }
  __stm_read_range(Text.data(), In, Bytes);
  const char *Own = Text.data();
  T Number;
  std::from_chars_result Found = std::from_chars(Own, Own + Bytes, Number, How);
  if (Found.ec == std::errc())
    __stm_write_range(Value, &Number, sizeof(T));
  return {const_cast<char *>(In) + (Found.ptr - Own),
          static_cast<I32>(Found.ec)};
}

template <class T> CharsEnd printReal(Ptr First, Ptr Last, T Value) {
  return print(First, Last,
               [=](char *A, char *B) { return std::to_chars(A, B, Value); });
}

template <class T, class... Precision>
CharsEnd printReal(Ptr First, Ptr Last, T Value, I32 Format, Precision... P) {
  auto How = static_cast<std::chars_format>(Format);
  return print(First, Last, [=](char *A, char *B) {
    return std::to_chars(A, B, Value, How, P...);
  });
}

} // namespace

extern "C" {

CharsEnd __stm_wrap__ZSt8to_charsPcS_f(Ptr First, Ptr Last, F32 Value) {
  return printReal(First, Last, Value);
}

CharsEnd __stm_wrap__ZSt8to_charsPcS_d(Ptr First, Ptr Last, F64 Value) {
  return printReal(First, Last, Value);
}

CharsEnd __stm_wrap__ZSt8to_charsPcS_fSt12chars_format(Ptr First, Ptr Last,
                                                       F32 Value, I32 Format) {
  return printReal(First, Last, Value, Format);
}

CharsEnd __stm_wrap__ZSt8to_charsPcS_dSt12chars_format(Ptr First, Ptr Last,
                                                       F64 Value, I32 Format) {
  return printReal(First, Last, Value, Format);
}

CharsEnd __stm_wrap__ZSt8to_charsPcS_fSt12chars_formati(Ptr First, Ptr Last,
                                                        F32 Value, I32 Format,
                                                        I32 Precision) {
  return printReal(First, Last, Value, Format, Precision);
}

CharsEnd __stm_wrap__ZSt8to_charsPcS_dSt12chars_formati(Ptr First, Ptr Last,
                                                        F64 Value, I32 Format,
                                                        I32 Precision) {
  return printReal(First, Last, Value, Format, Precision);
}

CharsEnd __stm_wrap__ZSt10from_charsPKcS0_RfSt12chars_format(CPtr First,
                                                             CPtr Last,
                                                             Ptr Value,
                                                             I32 Format) {
  return parse<F32>(First, Last, Value, Format);
}

CharsEnd __stm_wrap__ZSt10from_charsPKcS0_RdSt12chars_format(CPtr First,
                                                             CPtr Last,
                                                             Ptr Value,
                                                             I32 Format) {
  return parse<F64>(First, Last, Value, Format);
}

// libc++'s own, of programs that have it. Its headers aren't asked; what they
// return is the same.
#define STM_OF_LIBCXX(Mangled, Params, Args, Passed)                           \
  __attribute__((weak)) STM_EXPORT                                             \
      std::to_chars_result libcxx_##Mangled Params __asm__(                    \
          "_ZNSt3__18to_charsEPcS0_" #Mangled);                                \
  CharsEnd __stm_wrap__ZNSt3__18to_charsEPcS0_##Mangled Args {                 \
    return print(First, Last,                                                  \
                 [=](char *A, char *B) { return libcxx_##Mangled Passed; });   \
  }
#define STM_OF_LIBCXX_FORMATTED(Mangled, Type)                                 \
  STM_OF_LIBCXX(Mangled, (char *, char *, Type),                               \
                (Ptr First, Ptr Last, Type V), (A, B, V))                      \
  STM_OF_LIBCXX(Mangled##NS_12chars_formatE, (char *, char *, Type, I32),      \
                (Ptr First, Ptr Last, Type V, I32 Format), (A, B, V, Format))  \
  STM_OF_LIBCXX(Mangled##NS_12chars_formatEi,                                  \
                (char *, char *, Type, I32, I32),                              \
                (Ptr First, Ptr Last, Type V, I32 Format, I32 Precision),      \
                (A, B, V, Format, Precision))
STM_OF_LIBCXX_FORMATTED(f, F32)
STM_OF_LIBCXX_FORMATTED(d, F64)

} // extern "C"

} // namespace stm::rt::abi
