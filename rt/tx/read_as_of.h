//===- tx/read_as_of.h - what there was at a snapshot -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// version/README.md is the protocol. In a header of its own, since a scan
// beside an updater does this for each stripe that has changed: inlined where
// it is called from programs' code (barriers_slow.cpp), so that no more
// registers are saved than it needs.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_READ_AS_OF_H
#define STM_RT_TX_READ_AS_OF_H

#include "gc/statistics.h"
#include "tx/tx.h"
#include "version/chain.h"

namespace stm::rt {

enum class VersionRead {
  Done,
  Again, ///< The value must be loaded again.
  Withdrawn,
};

/// \p Value is what was loaded from \p Address, which has a past. Makes it what
/// was there as of the snapshot.
STM_FAST_PATH VersionRead readAsOf(Tx &Self, const void *Address, void *Value,
                                   size_t Bytes) {
  Timestamp S = Self.Snapshot;
  uint32_t Index = orecIndex(reinterpret_cast<uintptr_t>(Address));
  VersionRead Result = VersionRead::Done;
  STM_TEST_POINT(WalkBeforeWord);
  if (!Self.Reader.enterWalk()) {
    Result = VersionRead::Withdrawn;
  } else if (OrecWord Word = OrecTable[Index].load();
             STM_UNLIKELY(Word.isLocked() && !Word.isLinked())) {
    Result = VersionRead::Again;
  } else if (STM_LIKELY(Word.raw() > S)) {
    Self.Ahead.from(Address, S);
    Self.Past.start(Address, OrecTable[Index]);
    GcStats.noteChain(walkVersions(Index, Word, Self.Past, S));
    if (STM_LIKELY(!Word.isLocked()))
      Self.Past.settle(Word);
    Self.Past.layOver(Address, Value, Bytes);
    if (STM_UNLIKELY(Self.Mode != ReadMode::Unlogged))
      Self.Past.forget(); // Each read is to be noted.
  }
  Self.Reader.leaveWalk();
  return Result;
}

} // namespace stm::rt

#endif // STM_RT_TX_READ_AS_OF_H
