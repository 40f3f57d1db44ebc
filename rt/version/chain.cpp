//===- version/chain.cpp - walking the versions ---------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version/chain.h"

#include "base/shared_copy.h"
#include "version/old_record.h"

#include <algorithm>

namespace stm::rt {

unsigned applyVersions(uint32_t Index, const void *Address, void *Value,
                       size_t Bytes, Timestamp S) {
  auto Start = reinterpret_cast<uintptr_t>(Address);
  uintptr_t End = Start + Bytes;
  unsigned Length = 0;
  // Who scans memory comes to the neighbours next. Their newest versions are in
  // the cache of whoever wrote them, and this is the only hint there is of
  // where. Dangling heads do no harm.
  for (uint32_t Ahead = 1; Ahead <= 2; ++Ahead)
    __builtin_prefetch(
        OrecTable[(Index + Ahead) & (OrecCount - 1)].headForOwner());
  STM_TEST_POINT(WalkBeforeHead);
  for (UndoRecord *R = OrecTable[Index].head();; R = R->next()) {
    ++Length;
    if (STM_LATE_READ(R))
      return Length;
    if (!isNewerThan(*R, S))
      return Length;
    uintptr_t From = std::max(Start, R->start());
    uintptr_t To = std::min(End, R->start() + R->size());
    if (From < To)
      copyFromShared(static_cast<char *>(Value) + (From - Start),
                     R->bytes() + (From - R->start()), To - From);
    if (!R->goesOnBelow(S))
      return Length;
    STM_TEST_POINT(WalkBetweenRecords);
  }
}

} // namespace stm::rt
