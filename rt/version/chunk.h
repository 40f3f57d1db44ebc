//===- version/chunk.h - a chunk of an undo log -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// 64 KiB, aligned to as much, so that a record finds its chunk by its address.
//
//   [UndoChunk] [segment] [segment] ...
//   segment:    [StatusCell] [end] [record] [record] ...
//
// A segment holds the records of one attempt. Segments that stay (their records
// are versions) are followed by the next one; the last is the running
// attempt's.
//
// Owner only, but for status cells and linked records, until the chunk is
// retired; after that the collector's.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_CHUNK_H
#define STM_RT_VERSION_CHUNK_H

#include "base/inject.h"
#include "version/record.h"
#include "version/status.h"

namespace stm::rt {

struct UndoSegment {
  StatusCell Status;
  char *End; ///< Of the records; only once the attempt has ended.

  char *records() { return reinterpret_cast<char *>(this + 1); }
};
static_assert(sizeof(UndoSegment) == 16);

struct UndoChunk {
  /// Of the running attempt: its chunk before this one.
  UndoChunk *Older;
  /// The end of the records, once a newer chunk has been begun.
  char *End;
  /// Retired: the next younger one of the same list.
  UndoChunk *NextRetired;
  /// Retired: see version/README.md, invariant 3.
  Timestamp Bound;
  /// Linked records. 0: nobody but the owner knows of what is in here.
  uint32_t Versions;
  uint32_t Counted; ///< Of these, in the statistics.
  /// Promotion got so far: every stripe of the segments before is compacted.
  uint32_t PromotedBytes;

  static constexpr size_t Bytes = size_t{64} << 10;

  static UndoChunk *of(const void *Inside) {
    return reinterpret_cast<UndoChunk *>(reinterpret_cast<uintptr_t>(Inside) &
                                         ~(Bytes - 1));
  }
  UndoSegment *firstSegment() {
    return reinterpret_cast<UndoSegment *>(this + 1);
  }
  /// Of a chunk that is being retired.
  Timestamp newestTimeForTesting();
  char *limit() {
    return reinterpret_cast<char *>(this) +
           (STM_INJECTS(Chunks) ? size_t{1024} : Bytes);
  }
};

inline Timestamp UndoChunk::newestTimeForTesting() {
  Timestamp Newest = 0;
  for (UndoSegment *S = firstSegment(); reinterpret_cast<char *>(S) != End;
       S = reinterpret_cast<UndoSegment *>(S->End))
    Newest = S->Status.time();
  return Newest;
}

/// The status cell of a young record.
inline StatusCell &statusOf(const UndoRecord &Record) {
  uint64_t Link = __atomic_load_n(&Record.Link, __ATOMIC_RELAXED);
  auto *Base = reinterpret_cast<StatusCell *>(UndoChunk::of(&Record));
  return Base[Link >> UndoRecord::AddressBits];
}

/// Calls \p Visit(UndoRecord &) for the records of a segment, newest first.
template <class F>
void forEachRecordBackwards(char *Begin, char *End, F Visit) {
  while (End != Begin) {
    auto *Record = reinterpret_cast<UndoRecord *>(End) - 1;
    End =
        reinterpret_cast<char *>(Record) - UndoRecord::payload(Record->size());
    Visit(*Record);
  }
}

} // namespace stm::rt

#endif // STM_RT_VERSION_CHUNK_H
