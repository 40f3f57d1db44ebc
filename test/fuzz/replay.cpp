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
      if (!Entry.is_regular_file())
        continue;
      std::ifstream In(Entry.path(), std::ios::binary);
      std::string Text{std::istreambuf_iterator<char>(In), {}};
      printf("%s\n", Entry.path().c_str());
      fflush(stdout);
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(Text.data()),
                             Text.size());
      // What was cut off anywhere is the most likely bad input.
      for (size_t Size = 0; Size < Text.size(); Size += Text.size() / 16 + 1)
        LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(Text.data()),
                               Size);
      ++Files;
    }
  printf("%u files\n", Files);
  return Files == 0;
}
