//===- bench/random.h - numbers that are the same in every run --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_RANDOM_H
#define STM_BENCH_RANDOM_H

#include <stdint.h>

/// xorshift64 (Marsaglia).
inline uint64_t nextRandom(uint64_t &State) {
  State ^= State << 13;
  State ^= State >> 7;
  State ^= State << 17;
  return State;
}

struct Random {
  uint64_t State;
  explicit Random(uint64_t Seed) : State(Seed * 0x9E3779B97F4A7C15u + 1) {}
  uint64_t next() { return nextRandom(State); }
  uint64_t below(uint64_t Bound) { return (next() >> 20) % Bound; }

  template <class T> void shuffle(T *Items, uint64_t Count) {
    for (uint64_t I = Count; I > 1; --I) {
      uint64_t J = below(I);
      T Kept = Items[I - 1];
      Items[I - 1] = Items[J];
      Items[J] = Kept;
    }
  }
};

#endif // STM_BENCH_RANDOM_H
