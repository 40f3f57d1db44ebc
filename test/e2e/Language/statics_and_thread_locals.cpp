//===- e2e/Language/statics_and_thread_locals.cpp -------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Function-local statics are initialised once; thread-locals are undone.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <string>

std::atomic<int> Made{0};

struct Slow {
  std::string Text;
  STM_PURE static void note() { ++Made; }
  Slow() : Text("made once, with memory of its own that is kept") { note(); }
};

static const Slow &instance() {
  static Slow Only;
  return Only;
}

thread_local long Mine = 5;
thread_local std::string Name = "a thread-local with a constructor, and long";
static long Sum = 0;

int main() {
  onThreads(4, [](unsigned Self) {
    for (int I = 0; I != 200; ++I)
      stm::atomic([&] {
        Sum += static_cast<long>(instance().Text.size());
        Mine += 1;
        if (I == 0)
          Name += static_cast<char>('0' + Self);
      });
    EXPECT(Mine == 205);
    EXPECT(Name.back() == static_cast<char>('0' + Self));
  });
  EXPECT(Made == 1);
  EXPECT(Sum == 800 * 46);
  Rival Other;
  stm::atomic([&] {
    EXPECT(Mine == 5);
    Mine = 6;
    Other.strike();
  });
  EXPECT(Mine == 6);
}
