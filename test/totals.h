//===- test/totals.h - how much has been checked ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs append what they have checked to the file that STM_TEST_TOTALS
// names; ./dev test adds it up.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_TOTALS_H
#define STM_TEST_TOTALS_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace stm::check {

/// \p What is one word, the plural of what was counted.
inline void addToTotals(const char *What, uint64_t Count) {
  if (getenv("STM_TEST_MUTATION"))
    return; // By a runtime that breaks its rules.
  const char *Path = getenv("STM_TEST_TOTALS");
  FILE *File = Path ? fopen(Path, "a") : nullptr;
  if (!File)
    return;
  // In one piece: others append too.
  fprintf(File, "%s %llu\n", What, static_cast<unsigned long long>(Count));
  fclose(File);
}

} // namespace stm::check

#endif // STM_TEST_TOTALS_H
