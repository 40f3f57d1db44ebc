//===- e2e/Language/sanitizers.cpp - with AddressSanitizer and kin --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The program's own sanitizer works beside the runtime: no false report in
// correct transactions, rollbacks included.
//
// It has sanitizers of its own.
// UNSUPPORTED: sanitized
// RUN: %one_level %t %s %stmxx -g -fsanitize=address -D_GLIBCXX_SANITIZE_VECTOR=1
// RUN: %one_level %t %s %stmxx -g -fsanitize=undefined -fno-sanitize-recover=all
// RUN: %one_level %t %s %stmxx -g -fsanitize=thread
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <map>
#include <string>
#include <vector>

alignas(64) long X = 0;
alignas(64) long Y = 0;
std::map<int, std::string> Map;
std::vector<long> *List = nullptr;

STM_PURE void fillFrame(char Value) {
  // By index: through a reference the compiler doesn't know at -O0 that this is
  // its own frame, and a volatile access elsewhere is inevitable.
  volatile char Frame[300];
  for (int I = 0; I != 300; ++I)
    Frame[I] = Value;
}

int main() {
  onThreads(4, [](unsigned Self) {
    for (int I = 0; I != 300; ++I) {
      stm::atomic([&] {
        EXPECT(X == Y);
        ++X;
        fillFrame(1);
        Map[I % 20] = std::string(static_cast<size_t>(I % 50), 'x');
        Map.erase((I + 7) % 20);
        ++Y;
      });
      // Publication and privatization.
      auto *Mine = new std::vector<long>(3, Self);
      auto *Old = stm::atomic([&] {
        auto *Before = List;
        List = Mine;
        if (Before)
          Before->push_back(1);
        return Before;
      });
      if (Old)
        EXPECT(Old->size() == 4);
      delete Old;
    }
  });
  EXPECT(X == 1200 && Y == 1200);
  Rival Other;
  stm::atomic([&] {
    fillFrame(2);
    ++X;
    Other.strike();
  });
  fillFrame(3);
  delete List;
  EXPECT(X == 1201);

  // What is undone of a container was never told.
  std::vector<int> Numbers(100, 7);
  stm::atomic([&] {
    Numbers.resize(2);
    stm_cancel();
  });
  EXPECT(Numbers.size() == 100 && Numbers[50] == 7);
}
