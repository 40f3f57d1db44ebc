//===- e2e/Language/retry_undoes.cpp - a rollback leaves nothing behind ---===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything that the first attempt changed is as it was when the second
// begins: locals captured by reference, globals, the heap, containers.
//
// RUN: %levels %t %s %stmxx
// RUN: %if !sanitized %{ %two_levels %t %s %stmxx -g -fsanitize=undefined -fno-sanitize-recover=all %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <string>
#include <vector>

long Global = 1;
thread_local long PerThread = 1;
struct {
  char A;
  short B;
  int C;
  float D;
  double E;
  bool F;
  void *G;
  unsigned Bits : 5;
  unsigned More : 7;
  char Text[20];
} All = {1, 2, 3, 4, 5, true, &Global, 6, 7, "before"};

int main() {
  Rival Other;
  long Local = 1;
  long Array[3] = {1, 2, 3};
  std::vector<int> Vector{1, 2, 3};
  std::string Text = "short";
  long *Heap = new long(1);
  static long Static = 1;
  int Attempts = 0;
  std::atomic<int> Really{0};

  stm::atomic([&] {
    EXPECT(Local == 1 && Global == 1 && PerThread == 1 && Static == 1);
    EXPECT(Array[0] == 1 && Array[1] == 2 && Array[2] == 3);
    EXPECT(Vector.size() == 3 && Vector[2] == 3);
    EXPECT(Text == "short" && *Heap == 1 && Attempts == 0);
    EXPECT(All.A == 1 && All.B == 2 && All.C == 3 && All.D == 4 && All.E == 5);
    EXPECT(All.F && All.G == &Global && All.Bits == 6 && All.More == 7);
    EXPECT(All.Text[0] == 'b' && All.Text[5] == 'e');
    ++Local;
    ++Global;
    ++PerThread;
    ++Static;
    ++Attempts;
    Array[0] = Array[1] = Array[2] = 9;
    for (int I = 4; I != 200; ++I)
      Vector.push_back(I);
    Vector[0] = 77;
    Text += " no longer, it has to be allocated now";
    *Heap += 1;
    delete Heap;
    Heap = new long(2);
    All = {9, 9, 9, 9, 9, false, nullptr, 9, 9, "after"};
    Other.strike();
  });
  (void)Really;
  EXPECT(Other.struck());
  EXPECT(stm::last_abort_info().attempts >= 1);
  EXPECT(Local == 2 && Global == 2 && PerThread == 2 && Static == 2);
  EXPECT(Attempts == 1);
  EXPECT(Array[1] == 9 && Vector.size() == 199 && Vector[0] == 77);
  EXPECT(Text == "short no longer, it has to be allocated now");
  EXPECT(*Heap == 2);
  EXPECT(All.A == 9 && !All.F && All.More == 9 && All.Text[0] == 'a');
  delete Heap;
  EXPECT(inevitableSoFar() == 0);
}
