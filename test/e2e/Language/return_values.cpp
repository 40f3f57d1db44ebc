//===- e2e/Language/return_values.cpp - what blocks return ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values, references, move-only objects; each exactly once.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <memory>
#include <string>
#include <vector>

long Global = 5;
int Alive = 0;

struct Counted {
  long Value;
  explicit Counted(long V) : Value(V) { ++Alive; }
  Counted(Counted &&Other) : Value(Other.Value) { ++Alive; }
  ~Counted() { --Alive; }
};

int main() {
  int I = stm::atomic([] { return 42; });
  EXPECT(I == 42);
  long &Ref = stm::atomic([]() -> long & { return Global; });
  EXPECT(&Ref == &Global);
  const long &ConstRef = stm::atomic([]() -> const long & { return Global; });
  EXPECT(&ConstRef == &Global);
  auto Owned = stm::atomic([] { return std::make_unique<long>(7); });
  EXPECT(*Owned == 7);
  std::string Text = stm::atomic("named", [] {
    return std::string("longer than what fits into the object itself");
  });
  EXPECT(Text == "longer than what fits into the object itself");
  auto Many = stm::atomic([] { return std::vector<int>{1, 2, 3}; });
  EXPECT(Many.size() == 3 && Many[2] == 3);
  {
    Counted C = stm::atomic([] { return Counted(9); });
    EXPECT(C.Value == 9 && Alive == 1);
  }
  EXPECT(Alive == 0);
  bool B = stm::atomic([] { return Global == 5; });
  EXPECT(B);
  double D = stm::atomic([] { return 1.5 * static_cast<double>(Global); });
  EXPECT(D == 7.5);
  struct Large {
    long Word[20];
  };
  Large L = stm::atomic([] {
    Large L;
    for (long W = 0; W != 20; ++W)
      L.Word[W] = W * Global;
    return L;
  });
  EXPECT(L.Word[19] == 95);
  stm::atomic([] {});
  const auto Callable = [] { return 3; };
  EXPECT(stm::atomic(Callable) == 3);
  struct Functor {
    int Calls = 0;
    int operator()() { return ++Calls; }
  } F;
  EXPECT(stm::atomic(F) == 1 && F.Calls == 1);
  EXPECT(inevitableSoFar() == 0);
}
