//===- tool/output.cpp - where the tool writes to ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/output.h"

#include "tool/words.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace stm::tool {

namespace {

bool writeAll(std::FILE *To, const std::string &Text) {
  return std::fwrite(Text.data(), 1, Text.size(), To) == Text.size() &&
         std::fflush(To) == 0;
}

[[noreturn]] void fail(const std::string &Name, int Why) {
  throw Error(printable(Name) + ": can't be written: " + std::strerror(Why));
}

} // namespace

void writeToStdout(const std::string &Text) {
  if (!writeAll(stdout, Text))
    fail("standard output", errno);
}

void writeToFile(const std::string &Path, const std::string &Text) {
  std::FILE *File = std::fopen(Path.c_str(), "wbe");
  if (!File)
    fail(Path, errno);
  int Failed = writeAll(File, Text) ? 0 : errno;
  if (std::fclose(File) != 0 && !Failed)
    Failed = errno;
  if (!Failed)
    return;
  // Never a device or a pipe.
  std::error_code Ignored;
  if (std::filesystem::is_regular_file(Path, Ignored))
    std::filesystem::remove(Path, Ignored);
  fail(Path, Failed);
}

} // namespace stm::tool
