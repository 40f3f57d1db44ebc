//===- tx/undo_log.h - before-images of what was overwritten ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A stack of records in chunks of 64 KiB. A record is laid out so that it can
// become a superseded version on its orec's chain:
//
//   [old bytes, rounded up to 8] [Where: size << 48 | address] [Previous]
//   [Link]
//                                 ^ UndoRecord
//
// The bytes lie before the header, so that the log can be walked from its end.
// Previous is the orec's word before this write: for an attempt's first record
// of a stripe the timestamp of the values it saves, for later ones its own
// lock. Link is written only when a record is chained.
//
// A record never crosses a stripe, a chunk holds only whole records.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_UNDO_LOG_H
#define STM_RT_TX_UNDO_LOG_H

#include "mem/log_memory.h"
#include "version/orec.h"

#include <cstring>

namespace stm::rt {

struct UndoRecord {
  uint64_t Where;
  uint64_t Previous;
  UndoRecord *Link;

  static constexpr unsigned AddressBits = 48;

  void *address() const {
    return reinterpret_cast<void *>(Where & ((uint64_t{1} << AddressBits) - 1));
  }
  size_t size() const { return Where >> AddressBits; }
  /// What the old bytes take up before the header.
  static constexpr size_t payload(size_t Size) {
    return (Size + 7) & ~size_t{7};
  }
  const char *bytes() const {
    return reinterpret_cast<const char *>(this) - payload(size());
  }
};
static_assert(sizeof(UndoRecord) == 24);

class UndoLog {
public:
  bool empty() const { return Next == First; }

  /// Whether a record of \p Size bytes fits into this chunk.
  bool hasRoom(size_t Size) const { return endOf(Size) <= Limit; }

  /// Only with hasRoom.
  STM_FAST_PATH UndoRecord *append(const void *Address, size_t Size,
                                   OrecWord Previous) {
    char *End = endOf(Size);
    Next = End;
    auto *Record = reinterpret_cast<UndoRecord *>(End - sizeof(UndoRecord));
    Record->Where = reinterpret_cast<uintptr_t>(Address) |
                    static_cast<uint64_t>(Size) << UndoRecord::AddressBits;
    Record->Previous = Previous.raw();
    return Record;
  }

  /// Null if there is no room in this chunk.
  STM_FAST_PATH UndoRecord *tryAppend(const void *Address, size_t Size,
                                      OrecWord Previous) {
    return STM_LIKELY(hasRoom(Size)) ? append(Address, Size, Previous)
                                     : nullptr;
  }

  /// A new chunk. False if memory ran out: the log is as it was.
  STM_SLOW_PATH bool grow();

  /// Restores the newest records first and empties the log.
  void undo();
  /// Empties the log, keeping one chunk for the next attempt.
  STM_FAST_PATH void clear() {
    if (STM_UNLIKELY(Chunk && Chunk->Older))
      freeOlder();
    Next = First;
  }

private:
  struct ChunkHeader {
    ChunkHeader *Older;
    char *End; ///< Of the records, once a newer chunk has been begun.
  };
  static constexpr size_t ChunkBytes = size_t{64} << 10;

  char *endOf(size_t Size) const {
    return Next + UndoRecord::payload(Size) + sizeof(UndoRecord);
  }
  static char *firstIn(ChunkHeader *C) {
    return reinterpret_cast<char *>(C + 1);
  }
  STM_SLOW_PATH void freeOlder();

  char *Next = nullptr;
  char *Limit = nullptr;
  char *First = nullptr;
  ChunkHeader *Chunk = nullptr;
};

} // namespace stm::rt

#endif // STM_RT_TX_UNDO_LOG_H
