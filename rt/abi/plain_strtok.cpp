//===- abi/plain_strtok.cpp - strtok outside of transactions ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As libc has it, but for where it remembers the rest (strtok_rest.h).
//
// Weak: as in plain_free.cpp.
//
//===----------------------------------------------------------------------===//

#include "abi/strtok_rest.h"
#include "base/port.h"

#include <cstring>

namespace stm::rt {

constinit char *StrtokRest = nullptr;

extern "C" STM_EXPORT __attribute__((weak)) char *
strtok(char *Text, const char *Separators) {
  return strtok_r(Text, Separators, &StrtokRest);
}

} // namespace stm::rt
