//===- abi/std_string.cpp - std::string, by barriers ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/std_string.h"

namespace stm::rt::abi {

/// With a terminator behind it.
static void writeText(char *To, const char *Text, Size Length) {
  __stm_write_range(To, Text, Length);
  __stm_write_u8(To + Length, 0);
}

void makeString(StdString *String, const char *Text, Size Length) {
  char *Data = String->Short;
  if (Length >= sizeof(String->Short)) {
    Data = static_cast<char *>(__stm_wrap__Znwm(Length + 1));
    __stm_write_u64(&String->Capacity, Length);
  }
  writeText(Data, Text, Length);
  __stm_write_u64(&String->Data, reinterpret_cast<U64>(Data));
  __stm_write_u64(&String->Length, Length);
}

StdString::StdString(const char *Text, Size Length) {
  makeString(this, Text, Length);
}

void destroyString(StdString *String) {
  auto *Data = reinterpret_cast<char *>(__stm_read_u64(&String->Data));
  if (Data != String->Short)
    __stm_wrap__ZdlPv(Data);
}

void assignString(StdString *String, const char *Text, Size Length) {
  auto *Data = reinterpret_cast<char *>(__stm_read_u64(&String->Data));
  bool IsShort = Data == String->Short;
  Size Capacity =
      IsShort ? sizeof(String->Short) - 1 : __stm_read_u64(&String->Capacity);
  if (Length > Capacity) {
    makeString(String, Text, Length);
    if (!IsShort)
      __stm_wrap__ZdlPv(Data);
    return;
  }
  writeText(Data, Text, Length);
  __stm_write_u64(&String->Length, Length);
}

} // namespace stm::rt::abi
