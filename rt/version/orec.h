//===- version/orec.h - ownership records -----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory in stripes of 32 bytes hashes to a fixed table of ownership records
// (Dice, Shalev, Shavit, "Transactional Locking II", DISC 2006). Stripes of
// 8/16/32/64 bytes cost 9.2/7.4/4.9/3.4 ns a contiguous write; larger ones
// conflict falsely.
//
//   63      62      61 ................................ 0
//   0       0       timestamp                              unlocked
//   1       linked  address of the owner's descriptor      locked
//
// "linked": all that the owner has stored in place under this lock is on the
// orec's chain of versions (chain.h).
//
// Invariants
//  1. A word only ever goes from a timestamp to a lock and from that lock to a
//     newer timestamp; or, stamped for what is about to be stored plainly
//     (abi/settled.cpp), from a timestamp to a newer one that isn't new. Only
//     the collector, and an owner that has stored nothing, put the same
//     timestamp back.
//  2. Only the owner releases its lock.
//  3. writer() is the code of the newest write that locked the orec, or of what
//     it was stamped for, which notes itself after the fact. It is for reports
//     only: it may be newer than the word it is read beside.
//
// Thread safety: any thread. Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_OREC_H
#define STM_RT_VERSION_OREC_H

#include "base/inject.h"
#include "version/clock.h"

namespace stm::rt {

struct InlinedLayout;
struct UndoRecord;

inline constexpr unsigned StripeBits = 5;
inline constexpr size_t StripeBytes = size_t{1} << StripeBits;
inline constexpr unsigned OrecTableBits = 20;
inline constexpr size_t OrecCount = size_t{1} << OrecTableBits;

/// The word of an orec as it was read.
class OrecWord {
public:
  static constexpr uint64_t LockedBit = uint64_t{1} << 63;
  static constexpr uint64_t LinkedBit = uint64_t{1} << 62;

  constexpr explicit OrecWord(uint64_t Raw) : Raw(Raw) {}
  static OrecWord lockedBy(const void *Owner) {
    return OrecWord(LockedBit | reinterpret_cast<uintptr_t>(Owner));
  }

  /// The collector's lock: held for as long as it takes to prune a chain.
  static OrecWord collectors();

  bool isLocked() const { return Raw & LockedBit; }
  bool isLinked() const { return Raw & LinkedBit; }
  OrecWord linked() const { return OrecWord(Raw | LinkedBit); }
  OrecWord unlinked() const { return OrecWord(Raw & ~LinkedBit); }
  Timestamp timestamp() const { return Raw; }
  uint64_t raw() const { return Raw; }
  bool operator==(const OrecWord &) const = default;

private:
  uint64_t Raw;
};

/// Who locked an orec last, and for which write. What else the attempt writes
/// to the stripe isn't known from it.
///
///      63 ... 51        50 ... 48         47 ... 0
///     | address % 2^13 | log2(bytes) + 1 | code    |
///
/// Stripes that share an orec differ in what is above the offset in a stripe,
/// most of them already in these bits. First writes pay for it: four
/// instructions beside the locked one. Lone threads, which have none, note the
/// code only, in two: 0 bytes.
class WriterNote {
public:
  constexpr explicit WriterNote(uint64_t Raw) : Raw(Raw) {}
  static WriterNote of(uintptr_t Pc, const void *Address, size_t Bytes) {
    auto Log =
        static_cast<uint64_t>(Bytes < 2 ? 0 : 64 - __builtin_clzll(Bytes - 1));
    // An addition that the processor does as part of an address. The optimizer
    // would make a shift, a constant of 64 bits and another "or" of it.
    uint64_t What =
        (reinterpret_cast<uintptr_t>(Address) << (AddressShift - PcBits)) +
        (Log + 1);
    asm("" : "+r"(What));
    return WriterNote(What << PcBits | Pc);
  }
  static WriterNote ofCode(uintptr_t Pc) { return WriterNote(Pc); }

  uintptr_t pc() const { return Raw & ((uint64_t{1} << PcBits) - 1); }
  bool hasAddress() const { return bytesField() != 0; }
  // With hasAddress.
  /// Whether \p Address may be in the stripe that was written.
  bool isOfStripe(uintptr_t Address) const {
    return Raw >> (AddressShift + StripeBits) ==
           (Address << AddressShift) >> (AddressShift + StripeBits);
  }
  /// With isOfStripe.
  bool overlaps(uintptr_t Address, size_t Bytes) const {
    uint64_t First = Raw >> AddressShift & (StripeBytes - 1);
    uint64_t End = First + (uint64_t{1} << (bytesField() - 1));
    uint64_t Offset = Address % StripeBytes;
    return Offset < End && First < Offset + Bytes;
  }
  uint64_t raw() const { return Raw; }

private:
  static constexpr unsigned PcBits = 48, AddressShift = 51;
  uint64_t bytesField() const { return Raw >> PcBits & 7; }
  uint64_t Raw;
};

/// Plain integers behind atomic accesses, not std::atomic: 2^20 of those are
/// more than a compiler initializes statically.
class Orec {
public:
  /// (4) acquire: pairs with (5): unlocked with timestamp T, the values as of T
  /// are visible; and keeps the loads of data before it before it (2).
  OrecWord load() const {
    return OrecWord(__atomic_load_n(&Word, __ATOMIC_ACQUIRE));
  }
  /// Relaxed: for the owner, to find its own lock.
  OrecWord peek() const {
    return OrecWord(__atomic_load_n(&Word, __ATOMIC_RELAXED));
  }

  /// (3) acq_rel. Acquire: pairs with (5), the stripe's values are the newest.
  /// Release: with (1), whoever sees a store made under this lock sees the
  /// lock.
  bool tryLock(OrecWord Expected, OrecWord Mine) {
    uint64_t Raw = Expected.raw();
    return __atomic_compare_exchange_n(&Word, &Raw, Mine.raw(), /*weak=*/false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
  }

  /// The same in a lone step (tx/lone.h); the word is unlocked. The stores of
  /// data that follow are releases (1).
  void lockAlone(OrecWord Mine) {
    __atomic_store_n(&Word, Mine.raw(), __ATOMIC_RELAXED);
  }

  /// \p Expected is a timestamp older than \p Time, which the clock has
  /// reached. (39) acq_rel, as (3): then a full fence.
  bool tryStamp(OrecWord Expected, Timestamp Time) {
    return tryLock(Expected, OrecWord(Time));
  }

  /// By the owner, who has just locked it to write. (The collector doesn't: the
  /// writer that reports name stays.)
  void note(WriterNote Note) {
    if (HasReports)
      __atomic_store_n(&Writer, Note.raw(), __ATOMIC_RELAXED);
  }

  /// By the owner, which has stored nothing. (5) release, as for a timestamp.
  void putBack(OrecWord Before) { release(Before.timestamp()); }

  /// By the owner, after it has linked its first record of the stripe and
  /// before its first store. (5) release: pairs with (4): the head of the chain
  /// comes with it.
  void markLinked(OrecWord Mine) {
    __atomic_store_n(&Word, Mine.linked().raw(), __ATOMIC_RELEASE);
  }

  /// (5) release: pairs with (4); the values as of \p Time come with it.
  void release(Timestamp Time) {
    __atomic_store_n(&Word, Time, __ATOMIC_RELEASE);
  }

  /// The same before a lock, or a write under it: fetched for that.
  OrecWord peekToLock() const { return arch::fetchedForWrite(this)->peek(); }

  /// Before a lock. Some orecs lie in two cache lines.
  void fetchToLock() const {
    arch::prefetchForWrite(&Word);
    fetchHead();
  }
  void fetchHead() const { arch::prefetchForWrite(&Head); }

  WriterNote writer() const {
    return WriterNote(__atomic_load_n(&Writer, __ATOMIC_RELAXED));
  }

  /// The newest version; see chain.h, which has the rules.
  /// (22) acquire: pairs with the release in setHead: the record is whole.
  UndoRecord *head() const { return __atomic_load_n(&Head, __ATOMIC_ACQUIRE); }
  UndoRecord *headForOwner() const {
    return __atomic_load_n(&Head, __ATOMIC_RELAXED);
  }
  /// (22) release: pairs with the acquire in head.
  void setHead(UndoRecord *Newest) {
    __atomic_store_n(&Head, Newest, __ATOMIC_RELEASE);
  }

private:
  friend struct InlinedLayout;
  // In one cache line, mostly; above all the word and the writer, which each
  // first write stores to. Heads in a table of their own would leave four
  // orecs to a line instead of less than three, words in one eight; but while
  // snapshots run each write would move a line more between the processors:
  // measured with one thread that sums 131,072 words and one that writes, see
  // bench/snapshots/README.md.
  uint64_t Word;
  uint64_t Writer; ///< A WriterNote.
  UndoRecord *Head;
};
static_assert(sizeof(Orec) == 24);

extern STM_PROTECTED Orec OrecTable[OrecCount] __asm__("__stm_orecs");

inline OrecWord OrecWord::collectors() { return lockedBy(&OrecTable[0]); }

/// Neighbouring stripes have neighbouring orecs, in their order, in which the
/// processor fetches them ahead; but each some hundred stripes one orec is left
/// out, which keeps blocks that lie a power of two apart from sharing them:
/// malloc's arenas of two threads, 64 MiB apart, share the orecs of places that
/// are 600 KB from each other in them. \p Stripe: lower bits of its number.
inline uint32_t orecIndexOfStripe(uint32_t Stripe) {
  // 1 + 37/4096 orecs a stripe. By one multiplication: of a factor with fewer
  // bits compilers make more instructions.
  constexpr uint32_t PerStripe = (1u << (32 - OrecTableBits)) + 37;
  uint32_t Index = Stripe * PerStripe >> (32 - OrecTableBits);
  return STM_INJECTS(Orecs) ? Index % 16 : Index;
}
inline uint32_t orecIndex(uintptr_t Address) {
  return orecIndexOfStripe(static_cast<uint32_t>(Address >> StripeBits));
}
inline Orec &orecOf(const void *Address) {
  return OrecTable[orecIndex(reinterpret_cast<uintptr_t>(Address))];
}

} // namespace stm::rt

#endif // STM_RT_VERSION_OREC_H
