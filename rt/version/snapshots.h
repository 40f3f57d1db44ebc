//===- version/snapshots.h - who reads the past -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread has a SnapshotReader; the list of all only grows. Its slot holds
//
//   None               nothing is published
//   S                  a snapshot runs as of S
//   Provisional | P    one is about to: S will be P or newer
//   Withdrawn | S      one runs, but was ended from outside (memory_limit): it
//                      pins no versions any more, and finds out at its next
//                      walk
//
// Invariants
//  1. While a slot holds S, versioning() counts it: begin raises the count
//     after the provisional bound is in the slot and before S is read from the
//     clock; end lowers it after the slot is None.
//  2. Whoever scans the slots after a full fence and doesn't find a snapshot
//     there will find that its S is no smaller than a clock value read before
//     the fence: the slot's store comes before begin's fence, and the clock is
//     read after it.
//  3. Walks is odd exactly while its thread may hold pointers into chains.
//
// Thread safety: any thread. Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_SNAPSHOTS_H
#define STM_RT_VERSION_SNAPSHOTS_H

#include "base/test_point.h"
#include "stm/abi.h"
#include "version/clock.h"

namespace stm::rt {

/// Four times the number of published snapshots, plus WorkIsLeft, plus
/// HasWaiters while threads are asleep in stm_retry (tx/waiters.h), plus
/// OneLook while a collection looks into chains.
extern STM_HIDDEN struct VersioningWord {
  alignas(CacheLine) std::atomic<uint64_t> Word{0};
  char Padding[CacheLine - sizeof(Word)] = {};

  static constexpr uint64_t WorkIsLeft = 1;
  static constexpr uint64_t HasWaiters = 2;
  static constexpr uint64_t OneSnapshot = 4;

#if STM_WITHOUT_VERSIONS // A benchmark's other side: what versions cost.
  uint64_t load() const { return 0; }
#else
  uint64_t load() const { return Word.load(std::memory_order_acquire); }
#endif
  static constexpr uint64_t OneLook = uint64_t{1} << 32;

  /// Whether commits link what they have overwritten.
  bool isOn() const { return load() >= OneSnapshot; }
  bool hasSnapshots() const { return (load() & (OneLook - 1)) >= OneSnapshot; }
  /// The next update collects.
  void leaveWork() {
    if (!(load() & WorkIsLeft))
      Word.fetch_or(WorkIsLeft, std::memory_order_relaxed);
  }
} Versioning;

/// Whether readers' walks need a fence of their own: there is no membarrier
/// that the collector could have them execute. Set once, by initSnapshots.
extern STM_HIDDEN bool WalksNeedFence;

class SnapshotReader {
public:
  static constexpr uint64_t None = ~uint64_t{0};
  static constexpr uint64_t Provisional = uint64_t{1} << 63;
  static constexpr uint64_t Withdrawn = uint64_t{1} << 62;

  static bool isProvisional(uint64_t Slot) {
    return Slot != None && (Slot & Provisional);
  }
  /// Whether it keeps versions from being reclaimed.
  static bool pins(uint64_t Slot) {
    return Slot != None && !(Slot & Withdrawn);
  }
  static Timestamp time(uint64_t Slot) {
    return Slot & ~(Provisional | Withdrawn);
  }

  // --- The owner
  // --------------------------------------------------------------
  /// First step of a begin: from here on nothing is reclaimed that a snapshot
  /// as of now or later needs.
  void announce() {
    Slot.store(Provisional | Clock.now(), std::memory_order_release);
    // (16) seq_cst, and a full fence: pairs with (6) and the look at the count
    // after it in commit, and with the fence before the scan of the slots.
    Versioning.Word.fetch_add(VersioningWord::OneSnapshot,
                              std::memory_order_seq_cst);
    arch::fenceAfterRmw();
  }
  /// Second step, with a clock value read after announce().
  void publish(Timestamp S) { Slot.store(S, std::memory_order_release); }
  /// (17) release: pairs with the acquire of the scan: all reads are over.
  void end() {
    Slot.store(None, std::memory_order_release);
    Versioning.Word.fetch_sub(VersioningWord::OneSnapshot,
                              std::memory_order_release);
  }

  /// False: the snapshot has been withdrawn; no chain may be looked at.
  STM_FAST_PATH bool enterWalk() {
    Walks.store(Walks.load(std::memory_order_relaxed) + 1,
                std::memory_order_relaxed);
    // (20) the walker's half of a fence that the collector's membarrier makes
    // whole: whatever it unlinked is unlinked for this walk, or it sees Walks
    // odd. The word of the orec is loaded again after it, for the same reason.
    if (STM_UNLIKELY(WalksNeedFence))
      arch::fullFence();
    else
      std::atomic_signal_fence(std::memory_order_seq_cst);
    return STM_MUTATION(WithdrawalUnnoticed) ||
           !(Slot.load(std::memory_order_relaxed) & Withdrawn);
  }
  /// (20) release: pairs with the collector's acquire: the walk's loads are
  /// over.
  STM_FAST_PATH void leaveWalk() {
    Walks.store(Walks.load(std::memory_order_relaxed) + 1,
                std::memory_order_release);
  }

  // --- Anybody
  // ----------------------------------------------------------------
  /// (17) acquire.
  uint64_t slot() const { return Slot.load(std::memory_order_acquire); }
  bool isActive() const { return slot() != None; }
  /// (20) acquire.
  uint64_t walks() const { return Walks.load(std::memory_order_acquire); }
  /// Ends the snapshot at \p S, unless it has ended.
  bool withdraw(Timestamp S) {
    uint64_t Expected = S;
    return Slot.compare_exchange_strong(Expected, Withdrawn | S,
                                        std::memory_order_seq_cst);
  }

  // For reports, of a published snapshot: its block, since when it runs (ticks)
  // and the thread (the system's number). The block is copied, word by word:
  // its stm_site may be on that thread's stack.
  std::atomic<const char *> BlockName{nullptr};
  std::atomic<const char *> BlockFile{nullptr};
  std::atomic<uint32_t> BlockLine{0};
  std::atomic<uint32_t> Thread{0};
  std::atomic<uint64_t> Since{0};

  void describe(const stm_site *Block, uint64_t Now) {
    BlockName.store(Block ? Block->name : nullptr, std::memory_order_relaxed);
    BlockFile.store(Block ? Block->file : nullptr, std::memory_order_relaxed);
    BlockLine.store(Block ? Block->line : 0, std::memory_order_relaxed);
    Since.store(Now, std::memory_order_relaxed);
  }
  /// Of two blocks in part, if the thread goes on to another one meanwhile.
  stm_site block() const {
    return {BlockName.load(std::memory_order_relaxed),
            BlockFile.load(std::memory_order_relaxed),
            BlockLine.load(std::memory_order_relaxed)};
  }

  SnapshotReader *NextReader = nullptr;

  /// In a fork's child, for a thread that is not there.
  void resetInChild() {
    Slot.store(None, std::memory_order_relaxed);
    Walks.store(0, std::memory_order_relaxed);
  }

private:
  alignas(CacheLine) std::atomic<uint64_t> Slot{None};
  std::atomic<uint64_t> Walks{0};
};

extern STM_HIDDEN std::atomic<SnapshotReader *> Readers;

/// Puts \p Reader on the list, for ever. Callers exclude each other.
void addReader(SnapshotReader &Reader);

/// Calls \p Visit(SnapshotReader &) for each reader that ever was.
template <class F> void forEachReader(F Visit) {
  // (13) as for descriptors.
  for (SnapshotReader *R = Readers.load(std::memory_order_acquire); R;
       R = R->NextReader)
    Visit(*R);
}

/// Calls \p Visit(const SnapshotReader &, Slot) for each snapshot that is
/// published, withdrawn ones included. The slot's acquire (17) makes the
/// description that goes with it visible.
template <class F> void forEachRunningSnapshot(F Visit) {
  forEachReader([&](const SnapshotReader &R) {
    uint64_t Slot = R.slot();
    if (Slot != SnapshotReader::None && !SnapshotReader::isProvisional(Slot))
      Visit(R, Slot);
  });
}

/// Keeps chunks from being recycled while the collector looks into chains: 0,
/// or NoPin.
inline constexpr Timestamp NoPin = ~Timestamp{0};
extern STM_HIDDEN std::atomic<Timestamp> CollectorPin;

/// The oldest snapshot that is published or about to be; a clock value of now
/// if there is none. Versions with times up to it are nobody's. Contains the
/// full fence of invariant 2.
Timestamp oldestSnapshot();
/// The oldest snapshot that runs, withdrawn ones included: for memory that is
/// on no chain, such as the program's own blocks.
Timestamp oldestReader();

void initSnapshots(bool HasMembarrier);
/// In a fork's child: no snapshot but the caller's is left, and it has none.
void resetSnapshotsInChild();

} // namespace stm::rt

#endif // STM_RT_VERSION_SNAPSHOTS_H
