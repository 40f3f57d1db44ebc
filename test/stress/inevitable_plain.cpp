//===- stress/inevitable_plain.cpp - compiled without the plugin ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See inevitable.cpp.
//
//===----------------------------------------------------------------------===//

#include <cstdint>

/// Adds to both, with time between the loads and the stores.
extern "C" void plainAdd(uint64_t *To, uint64_t *Also, uint64_t What) {
  uint64_t A = *To, B = *Also;
  for (int I = 0; I != 100; ++I)
    asm volatile("" ::: "memory");
  *To = A + What;
  for (int I = 0; I != 100; ++I)
    asm volatile("" ::: "memory");
  *Also = B + What;
}
