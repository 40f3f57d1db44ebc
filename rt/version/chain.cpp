//===- version/chain.cpp - walking the versions ---------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version/chain.h"

#include "version/old_record.h"

namespace stm::rt {

unsigned walkVersions(uint32_t Index, OrecWord Word, PastStripe &Found,
                      Timestamp S) {
  STM_TEST_POINT(WalkBeforeHead);
  UndoRecord *R = OrecTable[Index].head();
  unsigned Length = 1;
  if (STM_LATE_READ(R))
    return Length;
  // One look at a status at most, which may be a cache line more to wait for:
  // version/README.md says why the rest is known.
  if (STM_UNLIKELY(Word.isLocked()) && !isNewerThan(*R, S))
    return Length;
  for (;; ++Length) {
    Found.add(*R);
    if (!R->goesOnBelow(S))
      return Length;
    STM_TEST_POINT(WalkBetweenRecords);
    R = R->next();
    if (STM_LATE_READ(R))
      return Length + 1;
  }
}

} // namespace stm::rt
