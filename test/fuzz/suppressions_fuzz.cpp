//===- fuzz/suppressions_fuzz.cpp - suppression files ---------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dying.h"

#include "report/suppress.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  using namespace stm::rt;
  stm::fuzz::TemporaryFile File(Data, Size);
  stm::fuzz::survive([&] {
    loadSuppressions(File.path().c_str());
    // Patterns are matched against what the program's names are.
    Frames None;
    isSuppressed(ConflictSuppression, None, "std::map<int, long>::find", 1);
    isSuppressed(InevitableSuppression, None, "", 1);
  });
  return 0;
}
