//===- tx/undo_log.h - before-images of what was overwritten ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A stack of records (version/record.h) in chunks (version/chunk.h). The log of
// an attempt is a segment of the current chunk, and of further chunks once that
// is full. What happens to it at the attempt's end depends:
//
//   clear()   nobody else knows of the records: their room is used again
//   retain()  they are versions: the next attempt's segment comes behind them,
//             and a full chunk goes to the retired ones (gc/young.h)
//
// A record never crosses a stripe, a chunk holds only whole records.
//
// Owner only, but for linked records and their status cells.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_UNDO_LOG_H
#define STM_RT_TX_UNDO_LOG_H

#include "base/shared_copy.h"
#include "gc/young.h"
#include "version/chain.h"

#include <cstring>

namespace stm::rt {

class UndoLog {
  friend struct InlinedLayout;
  char *Next = nullptr;
  char *Limit = nullptr; ///< Room for the next segment's header lies behind it.
  char *First = nullptr;
  UndoChunk *Chunk = nullptr;

public:
  bool empty() const { return Next == First; }

  /// Whether a record of \p Size bytes fits into this chunk.
  bool hasRoom(size_t Size) const {
    // As integers: both are null before the first chunk.
    return reinterpret_cast<uintptr_t>(Next) + room(Size) <=
           reinterpret_cast<uintptr_t>(Limit);
  }

  /// Only with hasRoom.
  STM_FAST_PATH UndoRecord *append(const void *Address, size_t Size,
                                   OrecWord Previous) {
    char *End = endOf(Size);
    Next = End;
    auto *Record = reinterpret_cast<UndoRecord *>(End - sizeof(UndoRecord));
    Record->setWhere(Address, static_cast<uint16_t>(Size));
    Record->Previous = Previous.raw();
    return Record;
  }

  /// For a record that follows: where it will be may be in a reader's cache.
  void fetchAhead() const { arch::prefetchForWrite(Next + 2 * CacheLine); }

  /// Null if there is no room in this chunk.
  STM_FAST_PATH UndoRecord *tryAppend(const void *Address, size_t Size,
                                      OrecWord Previous) {
    return STM_LIKELY(hasRoom(Size)) ? append(Address, Size, Previous)
                                     : nullptr;
  }

  /// A new chunk. False if memory ran out: the log is as it was. \p Versioned:
  /// records are linked while the attempt runs.
  STM_SLOW_PATH bool grow(bool Versioned);

  /// A place in the log.
  struct Mark {
    UndoChunk *Chunk; ///< Null: before all records.
    char *Next;
  };
  /// (An empty log may still change its chunk.)
  Mark mark() const { return empty() ? Mark{} : Mark{Chunk, Next}; }

  /// Restores the newest records first, down to \p From, but for those whose
  /// address \p Stays. The log stays.
  template <class F> void undo(Mark From, F Stays) {
    for (UndoChunk *C = Chunk; C; C = C->Older) {
      bool IsLast = C == From.Chunk;
      forEachRecordBackwards(
          IsLast ? From.Next : beginIn(C), endIn(C), [&](UndoRecord &R) {
            if (!Stays(R.start()))
              copyIntoShared(R.address(), R.bytes(), R.size());
          });
      if (IsLast)
        return;
    }
  }

  /// Empties the log, keeping one chunk for the next attempt.
  STM_FAST_PATH void clear() {
    if (STM_UNLIKELY(Chunk && Chunk->Older))
      dropOlder();
    Next = First;
  }

  /// Where the newest records lie, for others to look at.
  struct Extent {
    uintptr_t Begin, End;
  };
  /// Of another thread's log, which changes meanwhile: \p Copy(To, From, Bytes)
  /// may fail.
  template <class F>
  static bool copyExtent(const UndoLog &Other, F Copy, Extent &Log) {
    alignas(UndoLog) char Bytes[sizeof(UndoLog)];
    if (!Copy(Bytes, reinterpret_cast<uintptr_t>(&Other), sizeof(Bytes)))
      return false;
    auto &Then = *reinterpret_cast<UndoLog *>(Bytes);
    auto End = reinterpret_cast<uintptr_t>(Then.Next);
    auto First = reinterpret_cast<uintptr_t>(Then.First);
    // The attempt's first record may be in an older chunk.
    uintptr_t Begin = End & ~(UndoChunk::Bytes - 1);
    Log = {First < End && First > Begin ? First : Begin, End};
    return End != 0;
  }

  // --- Versions
  // ---------------------------------------------------------------
  /// The attempt's own; the log has a chunk.
  StatusCell &status() { return segment().Status; }
  /// The cell for a record that was appended last.
  StatusCell &currentStatus() { return segmentIn(Chunk).Status; }
  /// From here on the attempt's records are linked one by one, \p Index being
  /// the orec of the newest.
  void link(UndoRecord &Newest, uint32_t Index) {
    linkRecord(Newest, currentStatus(), Index);
    ++Chunk->Versions;
  }
  /// Links all records of an attempt that was not versioned, oldest first. Its
  /// status is set before, by the caller.
  void linkAll();
  /// The attempt has ended with \p Time and its orecs are released: the records
  /// stay. Returns how many they are.
  size_t retain(Timestamp Time);

  RetiredChunks Retired;

  /// In a fork's child, for a thread that is not there: forgets everything.
  void abandon();

private:
  static size_t room(size_t Size) {
    return UndoRecord::payload(Size) + sizeof(UndoRecord);
  }
  char *endOf(size_t Size) const { return Next + room(Size); }
  UndoSegment &segment() {
    return *reinterpret_cast<UndoSegment *>(First - sizeof(UndoSegment));
  }
  char *beginIn(UndoChunk *C) { return segmentIn(C).records(); }
  char *endIn(UndoChunk *C) { return C == Chunk ? Next : C->End; }
  UndoSegment &segmentIn(UndoChunk *C) {
    return C->Older ? *C->firstSegment() : segment();
  }
  void startSegment(char *At);
  STM_SLOW_PATH void dropOlder();
  void retireOrFree(UndoChunk *C);
};

} // namespace stm::rt

#endif // STM_RT_TX_UNDO_LOG_H
