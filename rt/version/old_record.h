//===- version/old_record.h - a version of the old generation ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A version that a snapshot still needs when its chunk of the undo log is taken
// back is copied into a block of its own. The bytes come first, as in any
// record.
//
// Thread safety: Time is set before the record is linked; the rest is the
// collector's.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_OLD_RECORD_H
#define STM_RT_VERSION_OLD_RECORD_H

#include "version/chunk.h"

namespace stm::rt {

struct OldRecord {
  UndoRecord Record;
  Timestamp Time;
  OldRecord *NextOld; ///< On the collector's list of all.
  /// Off its chain; the grace period after which it is freed. 0: on it.
  uint64_t DroppedIn;

  static OldRecord &of(UndoRecord &R) {
    return reinterpret_cast<OldRecord &>(R);
  }
  static const OldRecord &of(const UndoRecord &R) {
    return reinterpret_cast<const OldRecord &>(R);
  }
};

/// The commit (or rollback) timestamp of a record whose attempt has ended.
inline Timestamp timeOf(const UndoRecord &R) {
  return R.isOld() ? OldRecord::of(R).Time : statusOf(R).time();
}
/// See StatusCell::isNewer. Rarely asked for in a walk, which is to save no
/// more registers for it.
STM_SLOW_PATH STM_SPARING inline bool isNewerThan(const UndoRecord &R,
                                                  Timestamp S) {
  return R.isOld() ? OldRecord::of(R).Time > S : statusOf(R).isNewer(S);
}

} // namespace stm::rt

#endif // STM_RT_VERSION_OLD_RECORD_H
