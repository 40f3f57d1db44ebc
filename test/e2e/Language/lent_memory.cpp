//===- e2e/Language/lent_memory.cpp - callers' own memory -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions that fill in what their caller has just allocated, or has on its
// stack: constructors that throw or that publish the object halfway, nested
// blocks that are cancelled after it is known, structures that are returned,
// lists made in a loop. Beside them a thread sees whole objects only.
//
// RUN: %two_levels %t %s %stmxx -Wall -Wextra -Werror
// RUN: %if !sanitized %{ %at_O2 %t.asan %s %stmxx -g -fsanitize=address %}
// RUN: %if !sanitized %{ %stmxx -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=IR %}
// IR-DAG: define {{.*}} @_ZGTtN4NodeC2ElPS_.lent(
// IR-DAG: define {{.*}} @_ZGTt5rangell.lent(
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

struct Node {
  long Key, Twice;
  Node *Next;
  [[gnu::noinline]] Node(long Key, Node *Next)
      : Key(Key), Twice(2 * Key), Next(Next) {}
};

struct Range {
  long Begin, End, Size;
};
[[gnu::noinline]] Range range(long Begin, long End) {
  return {Begin, End, End - Begin};
}

alignas(64) static Node *Head = nullptr;

/// The list's nodes, newest first, each made and entered in one turn.
[[gnu::noinline]] void push(long Count) {
  for (long I = 0; I != Count; ++I) {
    Node *N = new Node(I, Head);
    N->Twice += 1;
    Head = N;
    N->Twice -= 1;
  }
}

[[gnu::noinline]] void clear() {
  while (Node *N = Head) {
    Head = N->Next;
    delete N;
  }
}

/// A plain write, a block that is undone, another write: of the caller's.
[[gnu::noinline]] void cancelled(Range &R) {
  R.Begin = 1;
  R.Size = 5;
  STM_ATOMIC {
    R.Begin = 2;
    R.End = 3;
    stm::cancel();
  }
  R.Size += R.Begin;
}

struct Throws {
  long Value;
  [[gnu::noinline]] explicit Throws(long V) : Value(V) {
    if (V < 0)
      throw V;
    Value = V + 1;
  }
};

static Throws *Kept = nullptr;

/// Known to others, if this commits, before it is complete.
struct Publishes {
  long First, Second;
  [[gnu::noinline]] explicit Publishes(Publishes *&Place) : First(1) {
    Place = this;
    Second = 2;
  }
};

alignas(64) static Publishes *Published = nullptr;

/// Two names for one object.
[[gnu::noinline]] long both(Range &A, Range &B, Range *&Known) {
  A.Begin = 1;
  Known = &B;
  B.Begin = 2;
  return A.Begin;
}

alignas(64) static Range *Known = nullptr;

static void alone() {
  Range R = {};
  long Sum = 0;
  stm::atomic([&] {
    Range Mine = range(3, 10);
    cancelled(Mine);
    EXPECT(Mine.Begin == 1 && Mine.End == 10 && Mine.Size == 6);
    R = Mine;
    auto *OnHeap = new Range(range(1, 2));
    cancelled(*OnHeap);
    Sum = OnHeap->Begin + OnHeap->End + OnHeap->Size;
    delete OnHeap;
  });
  EXPECT(R.Size == 6 && Sum == 1 + 2 + 6);

  stm::atomic([] {
    try {
      Kept = new Throws(-1);
    } catch (long V) {
      EXPECT(V == -1 && !Kept);
      Kept = new Throws(7);
    }
  });
  EXPECT(Kept->Value == 8);
  delete Kept;
}

int main() {
  alone();
  Rival Other;
  stm::atomic([&] {
    EXPECT(Head == nullptr && Published == nullptr && Known == nullptr);
    push(10);
    auto *P = new Publishes(Published);
    auto *R = new Range(range(0, 1));
    EXPECT(both(*R, *R, Known) == 2 && R->End == 1);
    EXPECT(P->First == 1 && P->Second == 2);
    Other.strike();
  });
  long Keys = 0;
  for (Node *N = Head; N; N = N->Next)
    Keys += N->Key;
  EXPECT(Keys == 45 && Published->Second == 2 && Known->Begin == 2);
  delete Published;
  delete Known;

  std::atomic<bool> Done{false};
  {
    Thread Reader([&] {
      while (!Done.load())
        stm::atomic([] {
          long Last = 10;
          for (Node *N = Head; N; N = N->Next) {
            EXPECT(N->Key == Last - 1 && N->Twice == 2 * N->Key);
            Last = N->Key;
          }
          EXPECT(Last == 0 || Last == 10);
        });
    });
    for (int I = 0; I != 1000; ++I)
      stm::atomic([] {
        clear();
        push(10);
      });
    Done = true;
  }
  stm::atomic([] { clear(); });
  return 0;
}
