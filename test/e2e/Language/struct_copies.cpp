//===- e2e/Language/struct_copies.cpp -------------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whole objects are copied, moved and cleared, of sizes below and above a
// stripe, private to shared and back.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>

template <size_t N> struct Bytes {
  unsigned char B[N];
};

template <size_t N> void check() {
  static Bytes<N> A, B;
  static unsigned char Overlap[N * 2 + 1];
  Rival Other;
  for (size_t I = 0; I != N; ++I) {
    A.B[I] = static_cast<unsigned char>(I + 1);
    B.B[I] = 0;
    Overlap[I] = static_cast<unsigned char>(I + 1);
  }
  stm::atomic([] {});
  stm::atomic([&] {
    EXPECT(A.B[0] == 1 && B.B[N - 1] == 0 && Overlap[0] == 1);
    Bytes<N> Private = A;
    B = Private;
    memset(&A, 0x5a, sizeof(A));
    EXPECT(memcmp(&B, &Private, N) == 0);
    memmove(Overlap + N / 2, Overlap, N);
    EXPECT(Overlap[N / 2] == 1 && Overlap[N / 2 + N - 1] == (N & 255));
    Bytes<N> Back;
    memcpy(&Back, &A, N);
    EXPECT(Back.B[N - 1] == 0x5a);
    Other.strike();
  });
  for (size_t I = 0; I != N; ++I)
    EXPECT(A.B[I] == 0x5a && B.B[I] == static_cast<unsigned char>(I + 1));
}

int main() {
  check<2>();
  check<3>();
  check<8>();
  check<31>();
  check<33>();
  check<64>();
  check<200>();
  check<5000>();
  EXPECT(inevitableSoFar() == 0);
}
