//===- version/orec.cpp - the tables ----------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version/orec_table.h"
#include "version/read_guards.h"

#include <sys/mman.h>

namespace stm::rt {

// 24 MiB of zeroes that the system provides page by page as they are touched.
alignas(CacheLine) Orec OrecTable[OrecCount];
constinit ReadGuards Guards;
constinit VersionClock Clock;

void askForHugePages() {
  constexpr uintptr_t PageBytes = uintptr_t{2} << 20;
  auto Begin = reinterpret_cast<uintptr_t>(OrecTable);
  uintptr_t End = (Begin + sizeof(OrecTable)) & ~(PageBytes - 1);
  Begin = (Begin + PageBytes - 1) & ~(PageBytes - 1);
  madvise(reinterpret_cast<void *>(Begin), End - Begin, MADV_HUGEPAGE);
}

} // namespace stm::rt
