//===- abi/format.h - printf into private memory ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// printf's formatting where format and %s arguments are shared memory: each
// conversion is libc's own, on private copies.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_FORMAT_H
#define STM_RT_ABI_FORMAT_H

#include <cstdarg>
#include <cstddef>

namespace stm::rt::abi {

/// A va_list can't be passed by reference.
struct FormatArgs {
  va_list List;
};

/// As vsnprintf: writes at most \p Bytes bytes, and returns how many characters
/// there would be without the limit, or FormatFailed. \p Out is private.
size_t formatPrivately(char *Out, size_t Bytes, const void *Format,
                       FormatArgs &Args);

inline constexpr size_t FormatFailed = ~size_t{0};

/// Whether formatPrivately knows all conversions of \p Format. Not: %n, wide
/// characters, and arguments by position.
bool canFormat(const void *Format);

} // namespace stm::rt::abi

#endif // STM_RT_ABI_FORMAT_H
