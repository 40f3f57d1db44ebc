//===- version/chain.h - an orec's chain of versions ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread safety: see version/README.md, whose invariants 1 to 5 are meant
// below.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_CHAIN_H
#define STM_RT_VERSION_CHAIN_H

#include "base/test_point.h"
#include "version/old_record.h"
#include "version/past_stripe.h"
#include "version/snapshots.h"

namespace stm::rt {

/// Makes \p Record the newest version of its orec, which the caller has locked,
/// with \p Status, a cell in the record's chunk, as its status.
STM_FAST_PATH void linkRecord(UndoRecord &Record, const StatusCell &Status,
                              uint32_t Index) {
  auto Cell = (reinterpret_cast<uintptr_t>(&Status) & (UndoChunk::Bytes - 1)) /
              sizeof(StatusCell);
  Orec &O = OrecTable[Index];
  UndoRecord *Below = O.headForOwner();
  __atomic_store_n(&Record.Link,
                   static_cast<uint64_t>(Cell) << UndoRecord::AddressBits |
                       reinterpret_cast<uintptr_t>(Below),
                   __ATOMIC_RELAXED);
  STM_TEST_POINT(LinkBeforeHead);
  O.setHead(&Record);
}

/// Adds the versions of orec \p Index that are newer than \p S to \p Found.
/// Inside a walk, after \p Word was seen in it, which is one that invariant 2
/// names. Returns how many were looked at.
STM_FAST_PATH unsigned walkVersions(uint32_t Index, OrecWord Word,
                                    PastStripe &Found, Timestamp S) {
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
    if (!R->goesOnBelow(S) && !(STM_MUTATION(WalksTooFar) && R->next()))
      return Length;
    STM_TEST_POINT(WalkBetweenRecords);
    R = R->next();
    if (STM_LATE_READ(R))
      return Length + 1;
  }
}

} // namespace stm::rt

#endif // STM_RT_VERSION_CHAIN_H
