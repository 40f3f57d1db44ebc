//===- e2e/Language/guessed_calls.cpp - guessed targets ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An indirect call is compared with the one or two functions of the file that
// it could call. Right guesses, wrong ones, those that become wrong while a
// loop runs, by the function called or by another thread, and those that throw.
//
// RUN: %stmxx -O1 -c %inputs/callees.cpp -o %t.callees.o
// RUN: %levels %t %s %stmxx %t.callees.o
//
//===----------------------------------------------------------------------===//

#include "callees.h"
#include "e2e.h"

#include <stdexcept>

namespace {

struct Node {
  long Key;
  Node *Next;
};
struct List {
  Node *First = nullptr;
  long (*Compare)(long, long) = nullptr;
  int (*Weigh)(List *, int) = nullptr;
};

// Two of a type, that a loop remembers.
long ascending(long A, long B) { return A - B; }
long descending(long A, long B) { return B - A; }

__attribute__((noinline)) long position(const List *L, long Key) {
  long At = 0;
  for (const Node *N = L->First; N; N = N->Next, ++At)
    if (L->Compare(Key, N->Key) <= 0)
      break;
  return At;
}

// One of a type. Another file's function changes the pointer that it was loaded
// from.
long here(Hop *, long X) { return X + 1; }
__attribute__((noinline)) long hops(Hop *S, long X, int Count) {
  for (int I = 0; I < Count; ++I)
    X = S->Next(S, X);
  return X;
}

// The guessed function does so itself.
int heavy(List *L, int X) {
  L->Weigh = nullptr;
  return X;
}
int light(List *L, int X) {
  if (X == 3)
    L->Weigh = heavy;
  return X + 10;
}
__attribute__((noinline)) int weigh(List *L) {
  int Sum = 0;
  for (int X = 1; L->Weigh; ++X)
    Sum += L->Weigh(L, X);
  return Sum;
}

int throwing(int X, char) {
  if (X > 2)
    throw std::runtime_error("more than two");
  return X;
}
int (*volatile Thrower)(int, char) = throwing;
volatile int Times = 4;
__attribute__((noinline)) int catching(int (*F)(int, char), int X) {
  try {
    return F(X, 'x');
  } catch (const std::runtime_error &) {
    return -1;
  }
}

// A base that nobody makes: two could be meant.
struct Animal {
  virtual int legs() const = 0;
  virtual ~Animal() = default;
};
struct Bird : Animal {
  int Legs = 2;
  int legs() const override { return Legs; }
};
struct Beetle : Animal {
  int legs() const override { return 6; }
};
__attribute__((noinline)) int legsOf(Animal *const *All, int Count) {
  int Sum = 0;
  for (int I = 0; I < Count; ++I)
    Sum += All[I]->legs();
  return Sum;
}

} // namespace

int main() {
  Node Nodes[8];
  List L;
  for (long I = 8; I-- > 0;) {
    Nodes[I] = {I, L.First};
    L.First = &Nodes[I];
  }
  L.Compare = ascending;
  L.Weigh = light;
  Hop S = {here, here};
  Bird B;
  Beetle C;
  Animal *All[] = {&B, &C, &B};
  int (*Throws)(int, char) = Thrower;
  int Four = Times;

  stm::atomic([&] {
    EXPECT(position(&L, 5) == 5);
    L.Compare = descending;
    EXPECT(position(&L, 5) == 0 && position(&L, -1) == 8);
    L.Compare = difference;
    EXPECT(position(&L, 5) == 5);

    EXPECT(hops(&S, 1, Four) == 5);
    S.Next = hopOver;
    EXPECT(hops(&S, 1, Four) == 5 && S.Next == here);
    S = {hopOver, hopOver};
    EXPECT(hops(&S, 1, Four) == 16);

    EXPECT(weigh(&L) == 11 + 12 + 13 + 4 && !L.Weigh);

    EXPECT(catching(Throws, 2) == 2 && catching(Throws, 3) == -1);
    EXPECT(legsOf(All, 3) == 10);
    B.Legs = 1;
    EXPECT(legsOf(All, 3) == 8);
  });

  EXPECT(inevitableSoFar() == 0);

  // One thread turns order and comparison round, in one transaction; the other
  // must never see one without the other.
  L.Compare = ascending;
  {
    Thread Turner([&] {
      for (int I = 0; I < 20000; ++I)
        stm::atomic([&] {
          for (Node &N : Nodes)
            N.Key = -N.Key;
          L.Compare = L.Compare == ascending ? descending : ascending;
        });
    });
    for (int I = 0; I < 20000; ++I)
      stm::atomic([&] {
        long Five = Nodes[5].Key;
        EXPECT(position(&L, Five) == 5);
      });
  }
  EXPECT(position(&L, 5) == 5);
}
