//===- stress/neighbours.cpp - small fields of the same words ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread has its own byte, half-word, bit-field and unaligned word, packed
// together with those of the others, and counts in all of them in transactions.
// Undo that writes more bytes than it should, or a bit-field's store that isn't
// seen as a read and write of its neighbours, loses counts.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

constexpr unsigned Most = 16;

uint8_t Bytes[Most];
uint16_t Halves[Most];
float Floats[Most];
struct {
  unsigned A : 3, B : 5, C : 7, D : 9, E : 8, F : 11, G : 13, H : 8;
} Bits;
struct __attribute__((packed)) Odd {
  char Before;
  uint64_t Word;
  uint16_t Half;
} Odds[Most];
__int128 Wide[Most];
long double Long[Most];

void countBits(unsigned Self) {
  switch (Self % 8) {
  case 0:
    ++Bits.A;
    break;
  case 1:
    ++Bits.B;
    break;
  case 2:
    ++Bits.C;
    break;
  case 3:
    ++Bits.D;
    break;
  case 4:
    ++Bits.E;
    break;
  case 5:
    ++Bits.F;
    break;
  case 6:
    ++Bits.G;
    break;
  default:
    ++Bits.H;
  }
}

unsigned bitsOf(unsigned Self) {
  unsigned All[] = {Bits.A, Bits.B, Bits.C, Bits.D,
                    Bits.E, Bits.F, Bits.G, Bits.H};
  return All[Self % 8];
}

constexpr unsigned BitWidth[] = {3, 5, 7, 9, 8, 11, 13, 8};

void test(const stress::Config &C) {
  for (unsigned I = 0; I != Most; ++I) {
    Bytes[I] = 0;
    Halves[I] = 0;
    Floats[I] = 0;
    Odds[I] = {};
    Wide[I] = 0;
    Long[I] = 0;
  }
  Bits = {};
  uint64_t Rounds = C.perThread();
  stress::onThreads(C.Threads, [&](unsigned Self) {
    for (uint64_t I = 0; I != Rounds; ++I)
      stm::atomic("count", [&] {
        ++Bytes[Self];
        ++Halves[Self];
        Floats[Self] += 1;
        countBits(Self);
        Odds[Self].Word += 0x0101010101010101;
        ++Odds[Self].Half;
        ++Odds[Self].Before;
        Wide[Self] += (static_cast<__int128>(1) << 64) + 3;
        Long[Self] += 1;
      });
  });
  for (unsigned I = 0; I != C.Threads; ++I) {
    INVARIANT(Bytes[I] == static_cast<uint8_t>(Rounds));
    INVARIANT(Halves[I] == static_cast<uint16_t>(Rounds));
    INVARIANT(Floats[I] == static_cast<float>(Rounds));
    uint64_t Together = C.Threads > 8 ? 2 : 1;
    INVARIANT(bitsOf(I) ==
              (Rounds * Together & ((uint64_t{1} << BitWidth[I % 8]) - 1)));
    INVARIANT(Odds[I].Word == Rounds * 0x0101010101010101);
    INVARIANT(Odds[I].Half == static_cast<uint16_t>(Rounds));
    INVARIANT(Odds[I].Before == static_cast<char>(Rounds));
    INVARIANT(Wide[I] == Rounds * ((static_cast<__int128>(1) << 64) + 3));
    INVARIANT(Long[I] == static_cast<long double>(Rounds));
  }
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 50000); }
