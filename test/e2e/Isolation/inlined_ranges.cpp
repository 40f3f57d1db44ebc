//===- e2e/Isolation/inlined_ranges.cpp - more than a word at once --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors of words, and of halves of words, are read and written at all places
// of a stripe and across two, first and again: the bytes around them stay, a
// cancelled block leaves nothing, own writes are seen, none is lost.
//
// RUN: %at_O2 %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <string.h>

// (A template's argument would lose the alignment.)
struct Words {
  typedef long Type __attribute__((vector_size(16), aligned(8)));
};
struct Halves {
  typedef int Type __attribute__((vector_size(16), aligned(4)));
};
struct Pair {
  typedef int Type __attribute__((vector_size(8), aligned(4)));
};

alignas(32) char Memory[128], Expected[128];

template <class T> __attribute__((noinline)) void add(char *P, int Value) {
  *reinterpret_cast<typename T::Type *>(P) += Value;
}
bool is(const char *What) { return !memcmp(Memory, What, sizeof(Memory)); }

template <class T> void check(int Step) {
  for (int Begin = 0; Begin != 64; Begin += Step) {
    char *P = Memory + 32 + Begin, *E = Expected + 32 + Begin;
    memset(Memory, 7, sizeof(Memory));
    memcpy(Expected, Memory, sizeof(Memory));
    // By itself and inside another one that has locked the stripes.
    for (int Before = 0; Before != 2; ++Before) {
      stm::atomic([=] {
        add<T>(P, Before);
        (void)stm::try_atomic([=] {
          add<T>(P, 1);
          add<T>(P, 2);
          stm::cancel();
        });
      });
      add<T>(E, Before);
      EXPECT(is(Expected));
    }
    stm::atomic([=] {
      add<T>(P, 1);
      add<T>(P, 2);
    });
    add<T>(E, 3);
    EXPECT(is(Expected));

    constexpr int Times = 500;
    auto Count = [=] {
      for (int I = 0; I != Times; ++I)
        stm::atomic([=] {
          add<T>(P, 1);
          add<T>(P, 1);
        });
    };
    {
      Thread Other(Count);
      Count();
    }
    add<T>(E, 4 * Times);
    EXPECT(is(Expected));
  }
}

int main() {
  check<Words>(8);
  check<Halves>(4);
  check<Pair>(4);
}
