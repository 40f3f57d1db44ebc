//===- abi/settled.cpp - plain accesses where a wait may be left ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Between two blocks of which the first has left its wait
// (Tx::PendingQuiescence), the pass has plain code come here before it touches
// what others may reach (pass/SettledAccesses.h).
//
// A load looks at its stripe after it.
//
// Invariant: its value stands if the stripe's word, loaded after it, is
// unlocked and no newer than a time at which this thread has seen the clock
// before it loaded the value. (An attempt has locked what it stores to until
// that is undone or committed, and the word is newer then.) So it is what was
// there at the end of this thread's newest block, and this thread's alone, or
// constant. Otherwise the second invariant decides, before it is loaded again.
//
// Whatever else touches memory stamps it before: the stripe's word becomes that
// same time, if it is older, and is unlocked.
//
// Invariant: nobody who began before the time T of the wait that is left, and
// can't extend to T, sees what is stored to a stripe of T or newer after that,
// or stores to it.
//   - Whoever loads from it and looks at the word before it is stamped has
//     loaded before what follows here is stored (39). Whoever looks later finds
//     it newer than its snapshot, and has to extend to T or beyond. If the
//     memory became private up to T, that fails: it has read what changed then.
//   - So does a lock. What is locked isn't stamped.
//   - Nobody reads the past of before T. Such a snapshot would have been
//     counted before T was taken, or seen, here (16), and still be.
//
// A stripe that holds a transaction's data as well rolls back for it who has
// read that, as any commit to the stripe would.
//
// The time is loaded first: a signal's handler may run blocks between any two
// lines, and wait.
//
//===----------------------------------------------------------------------===//

#include "tx/attempt.h"
#include "version/snapshots.h"

#include "abi/rtl.h"

namespace stm::rt::abi {

namespace {

/// After so many looks the wait is the cheaper one: what was older is over.
constexpr uint32_t MostLooks = 16;

/// Whether to look rather than to wait for what is left as of \p Time.
STM_FAST_PATH bool looksOnce(Tx &Self, Timestamp Time) {
  if (Self.LooksAsOf != Time) {
    Self.LooksAsOf = Time;
    Self.Looks = 0;
  }
  return STM_LIKELY(++Self.Looks <= MostLooks);
}

/// Of what isn't just as it was. Nobody older locks what is newer by now.
template <class T> __attribute__((noinline)) T settledReadSlow(CPtr Address) {
  Tx &Self = *CurrentTx;
  Timestamp Time = Self.PendingQuiescence;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  OrecWord Word = orecOf(Address).load();
  if (Word.isLocked() || Word.timestamp() < Time || !looksOnce(Self, Time))
    Self.awaitQuiescence();
  return loadSharedInOrder(static_cast<const T *>(Address));
}

template <class T> STM_FAST_PATH T settledRead(CPtr Address) {
  Tx &Self = *CurrentTx;
  Timestamp Seen = Self.PendingQuiescence, Quiet = Self.QuietUpTo;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  T Value = loadSharedInOrder(static_cast<const T *>(Address));
  STM_TEST_POINT(ReadBeforeWord);
  // (Nobody is older than QuietUpTo: 0 is what is left where nothing is.)
  if (STM_LIKELY(
          Seen <= Quiet || STM_MUTATION(SettledUnlooked) ||
          (orecOf(Address).load().raw() <= Seen && looksOnce(Self, Seen))))
    return Value;
  STM_TAIL return settledReadSlow<T>(Address);
}

/// Whether nobody is older than \p Time, the one that is left. An update's is
/// new each time, and to look takes a cache line from each other thread. A
/// read's stays the same while nobody writes.
bool isQuiet(Tx &Self, Timestamp Time) {
  if (Time > Self.QuietUpTo &&
      !(Self.PendingSinceRead && Self.isQuietAsOf(Time)))
    return false;
  Self.Late.release();
  Self.PendingQuiescence = 0;
  return true;
}

/// False: somebody has the stripe. \p Note is of whom rollbacks are for, if
/// they are.
STM_FAST_PATH bool tryStamp(Orec &O, Timestamp Time, WriterNote Note) {
  OrecWord Word = O.load();
  if (STM_UNLIKELY(Word.isLocked()))
    return STM_MUTATION(StampedLocked);
  STM_TEST_POINT(StampBeforeWord);
  if (Word.timestamp() >= Time || STM_MUTATION(Unstamped))
    return true;
  if (STM_UNLIKELY(!O.tryStamp(Word, Time)))
    return false;
  O.note(Note); // Unless somebody locks it just now.
  return true;
}

/// Whether a stamp is as good as the wait. (16) acquire, (40) acquire: as after
/// the timestamp, which this thread has taken, or seen before a full fence.
STM_FAST_PATH bool canStamp() {
  return (!Versioning.isOn() || STM_MUTATION(StampedBesideSnapshots)) &&
         (UncheckedSince.load(std::memory_order_acquire) == NeverUnchecked ||
          STM_MUTATION(StampedBesideUnchecked));
}

/// Whether all of the range is out of reach of who is older than \p Time.
STM_FAST_PATH bool tryStampRange(CPtr Address, Size Bytes, Timestamp Time,
                                 uintptr_t Pc) {
  WriterNote Note = WriterNote::of(Pc, Address, Bytes);
  // What is stamped too early need not be an address at all.
  auto At = reinterpret_cast<uintptr_t>(Address);
  size_t Stripes = (At % StripeBytes + Bytes - 1) / StripeBytes + 1;
  for (; Stripes != 0; --Stripes, At += StripeBytes)
    if (STM_UNLIKELY(!tryStamp(OrecTable[orecIndex(At)], Time, Note)))
      return false;
  // (39) Before what is stored plainly. (Nothing on x86.)
  arch::fenceAfterRmw();
  return true;
}

/// Where it isn't just stamped.
__attribute__((noinline)) void settleSlow(CPtr Address, Size Bytes) {
  Tx &Self = *CurrentTx;
  Timestamp Time = Self.PendingQuiescence;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  // (Without others there is nobody to wait for.)
  if (Time == 0 ||
      (needsBeginFence() &&
       (isQuiet(Self, Time) ||
        (Self.PendingSinceRead && canStamp() && looksOnce(Self, Time) &&
         tryStampRange(Address, Bytes, Time, STM_CALLER_PC)))))
    return;
  Self.awaitQuiescence();
}

} // namespace

extern "C" {

U8 __stm_settled_read_u8(CPtr Addr) { return settledRead<U8>(Addr); }
U16 __stm_settled_read_u16(CPtr Addr) { return settledRead<U16>(Addr); }
U32 __stm_settled_read_u32(CPtr Addr) { return settledRead<U32>(Addr); }
U64 __stm_settled_read_u64(CPtr Addr) { return settledRead<U64>(Addr); }

void __stm_settle(CPtr Addr, Size Bytes) {
  Tx &Self = *CurrentTx;
  Timestamp Time = Self.PendingQuiescence;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (Time == 0 || Bytes == 0 || Self.InTransaction)
    return;
  if (STM_LIKELY(!Self.PendingSinceRead && needsBeginFence() && canStamp() &&
                 looksOnce(Self, Time)) &&
      tryStampRange(Addr, Bytes, Time, STM_CALLER_PC))
    return;
  STM_TAIL return settleSlow(Addr, Bytes);
}

} // extern "C"

} // namespace stm::rt::abi
