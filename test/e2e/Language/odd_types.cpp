//===- e2e/Language/odd_types.cpp - types that aren't machine words -------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each is written, read back, rolled back and written again, beside neighbours
// that must stay as they are.
//
// RUN: %levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -mavx2
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <complex>
#include <cstring>

typedef float Vector4 __attribute__((vector_size(16)));
typedef long Vector8 __attribute__((vector_size(64), aligned(8)));
typedef char Vector3 __attribute__((ext_vector_type(3)));

struct __attribute__((packed)) Packed {
  char A;
  int B;
  long double C;
  __int128 D;
  double E;
  short F;
};

struct Bits {
  unsigned long A : 1, B : 33, C : 17, D : 13;
  int E : 3;
  bool F : 1;
  unsigned char G;
};

struct Everything {
  char Before = 'B';
  __int128 Wide = 1;
  long double Long = 1;
  Vector4 V4 = {1, 1, 1, 1};
  Vector8 V8 = {1, 1, 1, 1, 1, 1, 1, 1};
  Vector3 V3 = {1, 1, 1};
  std::complex<double> Complex = {1, 1};
  std::complex<float> Single = {1, 1};
  _Float16 Half = 1;
  Packed P = {1, 1, 1, 1, 1, 1};
  Bits B = {1, 1, 1, 1, 1, true, 1};
  bool Flag = true;
  char16_t Char = u'1';
  unsigned _BitInt(37) Odd = 1;
  unsigned _BitInt(200) Huge = 1;
  int *Pointer = nullptr;
  int Bits::*Member = nullptr;
  char After = 'A';
} All;

static bool isOne(const Everything &E) {
  return E.Before == 'B' && E.Wide == 1 && E.Long == 1 && E.V4[3] == 1 &&
         E.V8[7] == 1 && E.V3[2] == 1 && E.Complex == std::complex(1.0, 1.0) &&
         E.Single.imag() == 1 && E.Half == 1 && E.P.A == 1 && E.P.B == 1 &&
         E.P.C == 1 && E.P.D == 1 && E.P.E == 1 && E.P.F == 1 && E.B.A == 1 &&
         E.B.B == 1 && E.B.C == 1 && E.B.D == 1 && E.B.E == 1 && E.B.F &&
         E.B.G == 1 && E.Flag && E.Char == u'1' && E.Odd == 1 && E.Huge == 1 &&
         !E.Pointer && E.After == 'A';
}

int main() {
  Rival Other;
  alignas(16) char Raw[64] = {};
  stm::atomic([&] {
    EXPECT(isOne(All));
    for (char C : Raw)
      EXPECT(C == 0);
    All.Wide = (All.Wide << 90) + 5;
    All.Long *= 2.5L;
    All.V4 += Vector4{1, 2, 3, 4};
    All.V8[3] = 9;
    All.V8 = All.V8 * 2;
    All.V3.z = 7;
    All.Complex *= std::complex<double>(0, 2);
    All.Single += std::complex<float>(1, 2);
    All.Half += 1;
    All.P.B = All.P.A + 41;
    All.P.C += 1;
    All.P.D = All.Wide;
    All.P.E = 0.5;
    All.P.F -= 3;
    All.B.A = 0;
    All.B.B = 0x155555555;
    All.B.C += 5;
    All.B.E = -2;
    All.Flag = !All.Flag;
    All.Char = u'x';
    All.Odd = (static_cast<unsigned _BitInt(37)>(1) << 36) + 3;
    All.Huge = All.Huge << 190;
    // Unaligned, across words and stripes.
    long Word = 0x1122334455667788;
    memcpy(Raw + 29, &Word, sizeof(Word));
    int Small;
    memcpy(&Small, Raw + 31, sizeof(Small));
    EXPECT(Small == 0x33445566);
    Other.strike();
  });
  EXPECT(All.Before == 'B' && All.After == 'A');
  EXPECT(All.Wide == (static_cast<__int128>(1) << 90) + 5);
  EXPECT(All.Long == 2.5L && All.V4[0] == 2 && All.V4[3] == 5);
  EXPECT(All.V8[3] == 18 && All.V8[0] == 2);
  EXPECT(All.V3.x == 1 && All.V3.z == 7);
  EXPECT(All.Complex == std::complex<double>(-2, 2));
  EXPECT(All.Single == std::complex<float>(2, 3) && All.Half == 2);
  EXPECT(All.P.A == 1 && All.P.B == 42 && All.P.C == 2 && All.P.D == All.Wide);
  EXPECT(All.P.E == 0.5 && All.P.F == -2);
  EXPECT(All.B.A == 0 && All.B.B == 0x155555555 && All.B.C == 6);
  EXPECT(All.B.D == 1 && All.B.E == -2 && All.B.F && All.B.G == 1);
  EXPECT(!All.Flag && All.Char == u'x');
  EXPECT(All.Odd == (static_cast<unsigned _BitInt(37)>(1) << 36) + 3);
  EXPECT(All.Huge == static_cast<unsigned _BitInt(200)>(1) << 190);
  EXPECT(Raw[28] == 0 && Raw[29] == char(0x88) && Raw[36] == 0x11);
  EXPECT(Raw[37] == 0);
  EXPECT(inevitableSoFar() == 0);
}
