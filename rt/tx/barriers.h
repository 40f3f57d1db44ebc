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
//  3. A rollback doesn't write to the attempt's own frames, between the stack
//     pointer and the checkpoint: they are gone. Nobody else reads them
//     legally, so what is stored there locks nothing.
//
// What is in this header is also compiled into programs (inlined/barriers.cpp).
// Out of line the fast paths are leaves; the slow ones are tail calls, so that
// both see the user's code as their caller.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_BARRIERS_H
#define STM_RT_TX_BARRIERS_H

#include "base/test_point.h"
#include "tx/registry.h"

namespace stm::rt {

// What doesn't just pass. Reads twice: for entry points, which end in a jump
// there, and for what is inlined into programs.
template <class T> T readSlow(const void *Address);
template <class T> STM_SPARING T readSlowSparing(const void *Address);
/// What an attempt has locked itself holds what it has stored: nothing to
/// check, nothing to note. (Not where faults are injected at each read. A
/// linked lock is for the slow path.)
STM_FAST_PATH bool isOwnToRead(const Tx &Self, OrecWord Word) {
  return !STM_INJECTS_AT_READS && Word == Self.MyLock;
}
/// Notes the stripe of what has been loaded, and looks at it. False if it takes
/// more than a look.
STM_FAST_PATH bool tryPass(Tx &Self, uintptr_t Loaded) {
  uint32_t Index = orecIndex(Loaded);
  if (STM_UNLIKELY(!Self.Reads.tryPush(Index)))
    return false;
  // (37) First: whoever vouches for this attempt sees it there, or it is looked
  // at after that.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (STM_MUTATION(NotedLate))
    Self.Reads.pop();
  STM_TEST_POINT(ReadBeforeWord);
  OrecWord Word = OrecTable[Index].load();
  if (STM_LIKELY(Word.raw() < Self.readBound()))
    return !STM_MUTATION(NotedLate) || Self.Reads.tryPush(Index);
  if (!STM_MUTATION(NotedLate))
    Self.Reads.pop();
  return isOwnToRead(Self, Word);
}
template <class T>
STM_FAST_PATH bool tryRead(Tx &Self, const T *Address, T &Value) {
  Value = loadShared(Address);
  return tryPass(Self, reinterpret_cast<uintptr_t>(Address));
}

/// The same of two words. Those of a stripe, as vectorized loops read them,
/// need one look at the orec.
STM_FAST_PATH bool tryReadTwo(Tx &Self, const uint64_t *Address,
                              uint64_t &First, uint64_t &Second) {
  auto At = reinterpret_cast<uintptr_t>(Address);
  if (STM_UNLIKELY(At % StripeBytes > StripeBytes - 16))
    return false;
  First = loadShared(Address);
  return tryRead(Self, Address + 1, Second);
}

/// Words of as many stripes as they fill, and of one more unless they begin
/// with one: loaded first, then looked at.
template <size_t Count>
STM_FAST_PATH bool tryReadWords(Tx &Self, const uint64_t *Address,
                                uint64_t *Values) {
  constexpr size_t Bytes = Count * sizeof(uint64_t);
  static_assert(Bytes % StripeBytes == 0);
  auto At = reinterpret_cast<uintptr_t>(Address);
  for (size_t I = 0; I != Count; ++I)
    Values[I] = loadShared(Address + I);
  for (size_t Begin = 0; Begin != Bytes; Begin += StripeBytes)
    if (!tryPass(Self, At + Begin))
      return false;
  return At % StripeBytes == 0 || tryPass(Self, At + Bytes - 1);
}

/// The same of 16 bytes that are aligned to 4 only, of one stripe or two.
STM_FAST_PATH bool tryReadHalves(Tx &Self, const uint32_t *Address,
                                 uint32_t *Halves) {
  for (size_t I = 0; I != 4; ++I)
    Halves[I] = loadShared(Address + I);
  auto At = reinterpret_cast<uintptr_t>(Address);
  return tryPass(Self, At) &&
         (STM_LIKELY(At % StripeBytes <= StripeBytes - 16) ||
          tryPass(Self, At + 15));
}

/// Logs and returns what is there; the stripe is locked by \p Self, and the log
/// has room.
template <class T>
STM_FAST_PATH T logForStore(Tx &Self, T *Address, OrecWord Previous) {
  UndoRecord *Record = Self.Undo.append(Address, sizeof(T), Previous);
  // Nobody else writes it now; the load is atomic because others may read.
  T Old = __atomic_load_n(Address, __ATOMIC_RELAXED);
  memcpy(reinterpret_cast<char *>(Record) - 8, &Old, sizeof(T));
  return Old;
}
template <class T>
STM_FAST_PATH void storeLogged(Tx &Self, T *Address, T Value,
                               OrecWord Previous) {
  logForStore(Self, Address, Previous);
  storeShared(Address, Value);
}

/// Whose \p O is, before a write to \p Address. Mostly the first one to the
/// stripe: what it needs, another processor may have.
STM_FAST_PATH OrecWord peekToWrite(const Orec &O, const void *Address) {
  arch::prefetchForWrite(Address);
  return O.peekToLock();
}

/// A write to a stripe that the attempt has locked. Otherwise false.
template <class T> STM_FAST_PATH bool tryWrite(Tx &Self, T *Address, T Value) {
  OrecWord Word = peekToWrite(orecOf(Address), Address);
  if (STM_UNLIKELY(Word != Self.MyLock || !Self.Undo.hasRoom(sizeof(T))))
    return false;
  storeLogged(Self, Address, Value, Word);
  return true;
}

/// The same of two words of a stripe, in one record.
STM_FAST_PATH bool tryWriteTwo(Tx &Self, uint64_t *Address,
                               const uint64_t *Values) {
  if (STM_UNLIKELY(reinterpret_cast<uintptr_t>(Address) % StripeBytes >
                   StripeBytes - 16))
    return false;
  OrecWord Word = peekToWrite(orecOf(Address), Address);
  if (STM_UNLIKELY(Word != Self.MyLock || !Self.Undo.hasRoom(16)))
    return false;
  char *Old =
      reinterpret_cast<char *>(Self.Undo.append(Address, 16, Word)) - 16;
  for (int I = 0; I != 2; ++I) {
    uint64_t Before = __atomic_load_n(Address + I, __ATOMIC_RELAXED);
    memcpy(Old + 8 * I, &Before, 8);
    storeShared(Address + I, Values[I]);
  }
  return true;
}

/// Any size and alignment; \p Private is plain memory.
void readRange(void *Private, const void *Shared, size_t Bytes, uintptr_t Pc);
void writeRange(void *Shared, const void *Private, size_t Bytes, uintptr_t Pc);

} // namespace stm::rt

#endif // STM_RT_TX_BARRIERS_H
