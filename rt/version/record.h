//===- version/record.h - undo records, which become versions ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A record is a before-image: the bytes at an address as they were before one
// write. It undoes the write when its attempt is rolled back, and, linked to
// the chain of its orec, it is a superseded version that snapshots read.
//
//   [old bytes, rounded up to 8] [Where] [Previous] [Link]
//                                 ^ UndoRecord
//
// The bytes lie before the header, so that a log can be walked from its end.
//
//   Where      63: old generation  53..48: size, 1 to 32  47..0: address
//   Previous   the orec's word before: a timestamp, or the attempt's own lock
//   Link       60..48: status cell, in words from the chunk's start (young
//              records)  47..0: the next older version
//
// A record of the old generation (gc/old_generation.h) has its time behind the
// header instead of a status cell.
//
// Thread safety: Where, Previous and the bytes are written before the record is
// linked and never after that. Link is changed by the collector alone, once the
// record is linked, under the orec's lock; walkers read it meanwhile.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_RECORD_H
#define STM_RT_VERSION_RECORD_H

#include "version/orec.h"

#include <bit>
#include <cstring>

namespace stm::rt {

struct UndoRecord {
  uint64_t Where;
  uint64_t Previous;
  uint64_t Link;

  static constexpr unsigned AddressBits = 48;
  static constexpr uint64_t AddressMask = (uint64_t{1} << AddressBits) - 1;
  static constexpr uint64_t SizeMask = 63;
  static constexpr uint64_t OldBit = uint64_t{1} << 63;

  /// As two stores: the size is a constant mostly, and one of 64 bits would
  /// have to be loaded first.
  void setWhere(const void *Address, uint16_t Size) {
    static_assert(std::endian::native == std::endian::little);
    Where = reinterpret_cast<uintptr_t>(Address);
    memcpy(reinterpret_cast<char *>(&Where) + AddressBits / 8, &Size,
           sizeof(Size));
  }
  uintptr_t start() const { return Where & AddressMask; }
  void *address() const { return reinterpret_cast<void *>(start()); }
  size_t size() const { return (Where >> AddressBits) & SizeMask; }
  bool isOld() const { return Where & OldBit; }
  uint32_t orec() const { return orecIndex(start()); }
  /// What the old bytes take up before the header.
  static constexpr size_t payload(size_t Size) {
    return (Size + 7) & ~size_t{7};
  }
  const char *bytes() const {
    return reinterpret_cast<const char *>(this) - payload(size());
  }

  /// The next older version. Only where the chain is known to go on.
  /// (21) acquire: pairs with the release in setNext: what the collector copied
  /// is whole.
  UndoRecord *next() const {
    return reinterpret_cast<UndoRecord *>(
        __atomic_load_n(&Link, __ATOMIC_ACQUIRE) & AddressMask);
  }
  /// (21) release: pairs with the acquire in next.
  void setNext(UndoRecord *Next) {
    uint64_t Cell = __atomic_load_n(&Link, __ATOMIC_RELAXED) & ~AddressMask;
    __atomic_store_n(&Link, Cell | reinterpret_cast<uintptr_t>(Next),
                     __ATOMIC_RELEASE);
  }

  /// Whether a snapshot at \p S has to look at the version below this one:
  /// the word before was newer, or this attempt's own lock.
  bool goesOnBelow(Timestamp S) const { return Previous > S; }
};
static_assert(sizeof(UndoRecord) == 24);
static_assert(StripeBytes <= UndoRecord::SizeMask);

} // namespace stm::rt

#endif // STM_RT_VERSION_RECORD_H
