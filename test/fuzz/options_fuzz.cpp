//===- fuzz/options_fuzz.cpp - STM_OPTIONS --------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dying.h"

#include "base/options.h"

#include <climits>
#include <vector>

/// What sanitizer_common's parser keeps it never gives back, which is a few
/// hundred bytes a process: half a million inputs must not be taken for a leak.
extern "C" int LLVMFuzzerInitialize(int *Argc, char ***Argv) {
  static char NoLimit[] = "-rss_limit_mb=0";
  static std::vector<char *> Args(*Argv, *Argv + *Argc);
  Args.insert(Args.begin() + 1, NoLimit);
  Args.push_back(nullptr);
  ++*Argc;
  *Argv = Args.data();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  using namespace stm::rt;
  std::string Text(reinterpret_cast<const char *>(Data), Size);
  resetOptionsForTesting();
  bool IsParsed = false;
  stm::fuzz::survive([&] {
    initOptions(Text.c_str());
    IsParsed = true;
  });
  // What is accepted is in range.
  if (IsParsed) {
#define STM_OPTION_INT(Field, Name, Default, Min, Max, Help)                   \
  if (options().Field < Min || options().Field > Max)                          \
    abort();
#define STM_OPTION_STRING(Field, Name, Default, Help)                          \
  if (!options().Field)                                                        \
    abort();
#include "base/options.inc"
  }
  return 0;
}
