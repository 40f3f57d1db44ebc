//===- e2e/Language/registers_survive_slow_barriers.cpp -------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A barrier that doesn't just pass is called from code that keeps values in all
// registers: each is what it was, and the result is right, also where symbols
// are bound at the first call. In an inevitable transaction no barrier just
// passes.
//
// RUN: %levels %t %s %stmxx
// RUN: %two_levels %t.nopie %s %stmxx -fno-pic -no-pie
// RUN: %two_levels %t.lto %s %stmxx -flto
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <utility>

namespace {

// Half integers, half floating point: more than there are registers.
constexpr int Count = 24;
uint64_t Words[Count];
double Reals[Count];

template <int... I>
__attribute__((noinline)) uint64_t mix(std::integer_sequence<int, I...>,
                                       uint64_t Salt, double Factor) {
  uint64_t W[] = {(Words[I] * Salt + I)...};
  double R[] = {(Reals[I] * Factor + I)...};
  ((Words[I] = W[Count - 1 - I] ^ W[I]), ...);
  uint64_t Sum = 0;
  ((Sum = Sum * 31 + W[I] + static_cast<uint64_t>(R[I])), ...);
  return Sum;
}

uint64_t run(bool Inevitable) {
  for (int I = 0; I != Count; ++I) {
    Words[I] = I * 0x9e3779b97f4a7c15;
    Reals[I] = I * 3.0;
  }
  return stm::atomic([=] {
    if (Inevitable)
      stm::become_inevitable("to take the slow paths");
    return mix(std::make_integer_sequence<int, Count>(), 77, 2.0);
  });
}

} // namespace

int main() {
  uint64_t Fast = run(false), After = Words[7];
  EXPECT(run(true) == Fast);
  EXPECT(Words[7] == After);
  // And as plain code has it.
  for (int I = 0; I != Count; ++I) {
    Words[I] = I * 0x9e3779b97f4a7c15;
    Reals[I] = I * 3.0;
  }
  EXPECT(mix(std::make_integer_sequence<int, Count>(), 77, 2.0) == Fast);
}
