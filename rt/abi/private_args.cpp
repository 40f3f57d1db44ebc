//===- abi/private_args.cpp - arguments as private copies -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"

#include "tx/registry.h"

#include <cctype>
#include <cstdlib>
#include <cstring>
#include <langinfo.h>

namespace stm::rt::abi {

PrivateBlock::PrivateBlock(Size Bytes)
    : Data(Bytes <= sizeof(Small)
               ? Small
               : static_cast<char *>(__stm_wrap_malloc(Bytes))) {}

PrivateBlock::~PrivateBlock() {
  if (Data == Small || !Data)
    return;
  Tx &Self = *CurrentTx;
  Self.Allocations.forgetAllocation(Data);
  Self.Captured.remove(Data);
  free(Data);
}

PrivateString::PrivateString(CPtr Shared, Size Limit)
    : Length(__stm_wrap_strnlen(Shared, Limit)), Copy(Length + 1) {
  if (!Copy.data())
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  __stm_read_range(Copy.data(), Shared, Length);
  Copy.data()[Length] = 0;
}

PrivateWide::PrivateWide(CPtr Shared, Size Limit)
    : Length(__stm_wrap_wcsnlen(Shared, Limit)),
      Copy((Length + 1) * sizeof(wchar_t)) {
  if (!Copy.data())
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  __stm_read_range(Copy.data(), Shared, Length * sizeof(wchar_t));
  data()[Length] = 0;
}

/// How many bytes of \p Text strtod and kin could look at. The longest word
/// that they know is a "nan(...)", and the decimal point is the locale's.
static Size numberLength(CPtr Text) {
  auto *At = static_cast<const unsigned char *>(Text);
  const char *Point = nl_langinfo(RADIXCHAR);
  while (unsigned char C = __stm_read_u8(At)) {
    if (!isspace(C) && !isalnum(C) && !strchr("+-._()", C) && !strchr(Point, C))
      break;
    ++At;
  }
  return static_cast<Size>(At - static_cast<const unsigned char *>(Text));
}

PrivateNumber::PrivateNumber(CPtr Shared)
    : Copy(Shared, numberLength(Shared)) {}

} // namespace stm::rt::abi
