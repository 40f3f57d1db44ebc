//===- e2e/Language/masked_vectors.cpp - conditions in vectorized loops ---===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For this machine's processor the optimizer makes masked accesses, gathers and
// scatters of these loops, if it has them. Blocks with them come to the same as
// plain code, and roll back what others have not seen.
//
// RUN: %one_level %t %s %stmxx -march=native -O3
// RUN: %one_level %t %s %stmxx
// CHECK: right, inevitable 0
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <vector>

namespace {

constexpr int N = 1003;

[[gnu::noinline]] void setIf(int *To, const int *From) {
  for (int I = 0; I < N; ++I)
    if (From[I] > 3)
      To[I] += From[I];
}
[[gnu::noinline]] long sumAt(const long *From, const int *At) {
  long Sum = 0;
  for (int I = 0; I < N; ++I)
    Sum += From[At[I]];
  return Sum;
}
[[gnu::noinline]] void scatterIf(float *To, const float *From, const int *At) {
  for (int I = 0; I < N; ++I)
    if (From[I] > 0)
      To[At[I]] = From[I] * 2;
}
[[gnu::noinline]] int sumIf(const char *If, const int *Of) {
  int Sum = 0;
  for (int I = 0; I < N; ++I)
    if (If[I])
      Sum += Of[I];
  return Sum;
}

struct Data {
  std::vector<int> Set = std::vector<int>(N), From = Set, At = Set;
  std::vector<long> Longs = std::vector<long>(N);
  std::vector<float> To = std::vector<float>(N), Floats = To;
  std::vector<char> If = std::vector<char>(N);
  long Sum = 0;

  Data() {
    for (int I = 0; I < N; ++I) {
      From[I] = I * 31 % 7;
      At[I] = I * 7 % N;
      Longs[I] = I * 12345L;
      Floats[I] = static_cast<float>(I * 17 % 100 - 50);
      If[I] = I % 3 == 0;
    }
  }
  void step() {
    setIf(Set.data(), From.data());
    scatterIf(To.data(), Floats.data(), At.data());
    Sum += sumAt(Longs.data(), At.data()) + sumIf(If.data(), Set.data());
  }
  bool operator==(const Data &) const = default;
};

} // namespace

int main() {
  constexpr int Steps = 40;
  Data Plain, Shared;
  for (int I = 0; I < Steps; ++I)
    Plain.step();
  auto Work = [&] {
    for (int I = 0; I < Steps / 2; ++I)
      stm::atomic([&] { Shared.step(); });
  };
  {
    Thread Other(Work);
    Work();
  }
  Data Kept = Shared;
  stm::try_atomic([&] {
    Shared.step();
    stm::cancel();
  });
  EXPECT(Shared == Kept);
  stm_stats S;
  stm_get_stats(&S);
  printf("%s, inevitable %lu\n", Shared == Plain ? "right" : "wrong",
         static_cast<unsigned long>(S.inevitable));
}
