//===- abi/std_string.h - std::string, by barriers --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_STD_STRING_H
#define STM_RT_ABI_STD_STRING_H

#include "abi/rtl.h"

namespace stm::rt::abi {

/// A new string in place of what is there. \p Text is private, here and below.
void makeString(StdString *String, const char *Text, Size Length);
void destroyString(StdString *String);
void assignString(StdString *String, const char *Text, Size Length);

} // namespace stm::rt::abi

#endif // STM_RT_ABI_STD_STRING_H
