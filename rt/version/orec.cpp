//===- version/orec.cpp - the tables ----------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version/read_guards.h"

namespace stm::rt {

// 24 MiB of zeroes that the system provides page by page as they are touched.
alignas(CacheLine) Orec OrecTable[OrecCount];
constinit ReadGuards Guards;
constinit VersionClock Clock;

} // namespace stm::rt
