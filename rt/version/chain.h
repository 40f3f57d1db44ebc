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
#include "version/chunk.h"
#include "version/snapshots.h"

namespace stm::rt {

/// The newest version of each orec's chain. A table of its own: while no
/// snapshot runs nobody touches it, and the orecs stay as dense as they are.
extern STM_HIDDEN UndoRecord *VersionHeads[OrecCount];

/// (26) acquire: pairs with the release in linkRecord and setHead.
inline UndoRecord *headOf(uint32_t Index) {
  return __atomic_load_n(&VersionHeads[Index], __ATOMIC_ACQUIRE);
}
/// (26) release: the record is whole.
inline void setHead(uint32_t Index, UndoRecord *Record) {
  __atomic_store_n(&VersionHeads[Index], Record, __ATOMIC_RELEASE);
}

/// Makes \p Record the newest version of its orec, which the caller has locked,
/// with \p Status, a cell in the record's chunk, as its status.
STM_FAST_PATH void linkRecord(UndoRecord &Record, const StatusCell &Status,
                              uint32_t Index) {
  auto Cell = (reinterpret_cast<uintptr_t>(&Status) & (UndoChunk::Bytes - 1)) /
              sizeof(StatusCell);
  UndoRecord *Below = __atomic_load_n(&VersionHeads[Index], __ATOMIC_RELAXED);
  __atomic_store_n(&Record.Link,
                   static_cast<uint64_t>(Cell) << UndoRecord::AddressBits |
                       reinterpret_cast<uintptr_t>(Below),
                   __ATOMIC_RELAXED);
  STM_TEST_POINT(LinkBeforeHead);
  setHead(Index, &Record);
}

/// Lays the versions newer than \p S of orec \p Index over \p Value, which are
/// the \p Bytes bytes loaded from \p Address before the orec's word was. Within
/// one stripe, and only after a word that invariant 2 names, inside a walk.
/// Returns how many versions were looked at.
STM_SLOW_PATH unsigned applyVersions(uint32_t Index, const void *Address,
                                     void *Value, size_t Bytes, Timestamp S);

} // namespace stm::rt

#endif // STM_RT_VERSION_CHAIN_H
