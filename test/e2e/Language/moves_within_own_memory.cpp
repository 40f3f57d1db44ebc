//===- e2e/Language/moves_within_own_memory.cpp - memmove -------*- C++ -*-===//
//---------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block moves parts of what it has just made, up and down, before others know
// of it and after.
//
// RUN: %all_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <vector>

struct Row {
  long Size = 0;
  long At[64];
  void pushFront(long X) {
    memmove(At + 1, At, static_cast<size_t>(Size) * sizeof(long));
    At[0] = X;
    ++Size;
  }
  void popFront() {
    --Size;
    memmove(At, At + 1, static_cast<size_t>(Size) * sizeof(long));
  }
  bool counts(long From) const {
    for (long I = 0; I != Size; ++I)
      if (At[I] != From - I)
        return false;
    return true;
  }
};

Row *Known;
std::vector<long> Copy;

[[gnu::noinline]] void fill(Row &R, long N) {
  for (long I = 0; I != N; ++I)
    R.pushFront(I);
}

int main(int Argc, char **) {
  long N = 20 + Argc;
  for (bool Several : {false, true}) {
    if (Several)
      Thread([] { stm::atomic([] {}); });
    stm::atomic([&] {
      auto *R = new Row;
      for (long I = 0; I != N; ++I)
        R->pushFront(I);
      R->popFront();
      EXPECT(R->Size == N - 1 && R->counts(N - 2));
      Known = R;
    });
    stm::atomic([&] {
      Known->pushFront(N - 1);
      EXPECT(Known->Size == N && Known->counts(N - 1));
      delete Known;
      Known = nullptr;
    });
    long Sum = stm::atomic([&] {
      Row OnStack;
      fill(OnStack, N);
      EXPECT(OnStack.Size == N && OnStack.counts(N - 1));
      Known = &OnStack;
      OnStack.popFront();
      EXPECT(Known->counts(N - 2));
      Known = nullptr;
      std::vector<long> Mine(16, 3);
      for (long I = 0; I != 5; ++I)
        Mine.insert(Mine.begin(), I);
      Mine.erase(Mine.begin() + 1);
      Copy = Mine;
      return Mine[0] + Mine[1] + Mine[2] + Mine[3] + Mine[4];
    });
    EXPECT(Sum == 4 + 2 + 1 + 0 + 3);
    EXPECT(Copy.size() == 20 && Copy[4] == 3);
  }
  return 0;
}
