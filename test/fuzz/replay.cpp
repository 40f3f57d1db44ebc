//===- fuzz/replay.cpp - a fuzzer's inputs, without the fuzzer --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size);

/// The arguments are files, and folders of files.
int main(int Count, char **Arguments) {
  size_t Replayed = 0;
  auto Replay = [&](const std::filesystem::path &Path) {
    std::ifstream In(Path, std::ios::binary);
    std::string Text{std::istreambuf_iterator<char>(In), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(Text.data()),
                           Text.size());
    // A report cut off anywhere is the most likely bad one.
    for (size_t Size = 0; Size < Text.size(); Size += Text.size() / 16 + 1)
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(Text.data()),
                             Size);
    ++Replayed;
  };
  for (int I = 1; I != Count; ++I)
    if (std::filesystem::is_directory(Arguments[I]))
      for (const auto &File :
           std::filesystem::directory_iterator(Arguments[I])) {
        if (File.is_regular_file())
          Replay(File.path());
      }
    else
      Replay(Arguments[I]);
  std::printf("%zu inputs\n", Replayed);
  return Replayed ? 0 : 1;
}
