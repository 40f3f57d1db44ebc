//===- fuzz/replay.cpp - a target, once for each file of its corpus -------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fuzz.h"

#include <filesystem>
#include <fstream>
#include <vector>

int main(int Count, char **Arguments) {
  unsigned Files = 0;
  for (int I = 1; I != Count; ++I)
    for (const auto &Entry :
         std::filesystem::directory_iterator(Arguments[I])) {
      std::ifstream In(Entry.path(), std::ios::binary);
      std::string Text{std::istreambuf_iterator<char>(In), {}};
      printf("%s\n", Entry.path().c_str());
      fflush(stdout);
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(Text.data()),
                             Text.size());
      ++Files;
    }
  printf("%u files\n", Files);
  return Files == 0;
}
