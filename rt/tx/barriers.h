//===- tx/barriers.h - reads and writes of a transaction --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Invariants
//  1. A value is returned only after its orec, loaded after it, was unlocked
//     and no newer than the snapshot, or locked by this attempt (opacity). A
//     value that didn't pass is loaded again.
//  2. A stripe is stored to only under its lock, the old bytes logged before.
//  3. Own frames, between the stack pointer and the checkpoint, are stored to
//     directly: nobody else reads them legally, and a rollback must not write
//     to frames that are gone.
//
// The fast paths are leaves; the slow ones are tail calls, so that both see the
// user's code as their caller.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_BARRIERS_H
#define STM_RT_TX_BARRIERS_H

#include "base/test_point.h"
#include "tx/registry.h"

namespace stm::rt {

template <class T> STM_SLOW_PATH T readSlow(const void *Address);
/// The first write to a stripe, where nothing stands in its way: out of line,
/// but a leaf as well, and not slow.
template <class T> void writeFirst(void *Address, T Value);

template <class T> STM_FAST_PATH T readBarrier(const void *Address) {
  Tx &Self = *CurrentTx;
  auto *Typed = static_cast<const T *>(Address);
  T Value = loadShared(Typed);
  STM_TEST_POINT(ReadBeforeWord);
  if (STM_UNLIKELY(Self.Mode != ReadMode::Logged)) {
    // Nothing to note: plain, or of an attempt that doesn't extend.
    if (Self.isDirect() ||
        STM_LIKELY(orecOf(Address).load().raw() < Self.ReadBound))
      return Value;
    STM_TAIL return readSlow<T>(Address);
  }
  uint32_t Index = orecIndex(reinterpret_cast<uintptr_t>(Address));
  OrecWord Word = OrecTable[Index].load();
  if (STM_UNLIKELY(Word.raw() >= Self.ReadBound || Self.Reads.isFull()))
    STM_TAIL return readSlow<T>(Address);
  Self.Reads.pushUnchecked(Index);
  return Value;
}

/// Logs and stores; the stripe is locked by \p Self, and the log has room.
template <class T>
STM_FAST_PATH void storeLogged(Tx &Self, T *Address, T Value,
                               OrecWord Previous) {
  UndoRecord *Record = Self.Undo.append(Address, sizeof(T), Previous);
  // Nobody else writes it now; the load is atomic because others may read.
  T Old = __atomic_load_n(Address, __ATOMIC_RELAXED);
  memcpy(reinterpret_cast<char *>(Record) - 8, &Old, sizeof(T));
  storeShared(Address, Value);
}

template <class T> STM_FAST_PATH void writeBarrier(void *Address, T Value) {
  Tx &Self = *CurrentTx;
  auto *Typed = static_cast<T *>(Address);
  if (STM_UNLIKELY(Self.isDirect()))
    return __atomic_store_n(Typed, Value, __ATOMIC_RELAXED);
  OrecWord Word = orecOf(Address).peek();
  if (STM_UNLIKELY(Word != Self.MyLock || Self.isOwnFrame(Address) ||
                   !Self.Undo.hasRoom(sizeof(T))))
    STM_TAIL return writeFirst<T>(Address, Value);
  storeLogged(Self, Typed, Value, Word);
}

STM_SLOW_PATH void readRangeSlow(void *Private, const void *Shared,
                                 size_t Bytes);

/// Two words of a stripe, as vectorized loops read them, need one look at the
/// orec.
STM_FAST_PATH void readRangeBarrier(void *Private, const void *Shared,
                                    size_t Bytes) {
  Tx &Self = *CurrentTx;
  auto Address = reinterpret_cast<uintptr_t>(Shared);
  if (STM_LIKELY(Bytes == 16 && Address % 8 == 0 &&
                 Address % StripeBytes <= StripeBytes - 16 &&
                 !Self.isDirect())) {
    auto *Words = static_cast<const uint64_t *>(Shared);
    uint64_t First = loadShared(Words), Second = loadShared(Words + 1);
    uint32_t Index = orecIndex(Address);
    if (STM_LIKELY(Self.passes(OrecTable[Index].load()))) {
      if (Self.Mode == ReadMode::Logged)
        Self.Reads.pushUnchecked(Index);
      memcpy(Private, &First, 8);
      memcpy(static_cast<char *>(Private) + 8, &Second, 8);
      return;
    }
  }
  STM_TAIL return readRangeSlow(Private, Shared, Bytes);
}

/// Any size and alignment; \p Private is plain memory.
void readRange(void *Private, const void *Shared, size_t Bytes, uintptr_t Pc);
void writeRange(void *Shared, const void *Private, size_t Bytes, uintptr_t Pc);

} // namespace stm::rt

#endif // STM_RT_TX_BARRIERS_H
