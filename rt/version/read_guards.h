//===- version/read_guards.h - what an inevitable attempt has read -*- C++
//-*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An inevitable transaction that runs beside others (tx/inevitable.cpp) can't
// be rolled back when somebody overwrites what it has read. So it guards each
// stripe that it reads: nobody else keeps the lock of a guarded stripe. There
// is one such transaction at a time, hence one bit an orec.
//
// Invariants
//  1. Only the holder of the token changes bits and the flag; or somebody else
//     for one who waits for nothing else (raiseExclusiveFor).
//  2. While a bit is set and its orec has been seen unlocked after that, nobody
//     else stores to the stripe. The guard: bit, full fence, word. The writer:
//     word (CAS), full fence, flag and bit. One of them sees the other, and the
//     writer gives way.
//  3. Who runs alone raises the flag as well: who has begun without a fence
//     looks there after its first lock (tx/exclusive.h, invariant 2).
//  4. The bits are cleared after the transaction's timestamp has been taken and
//     its locks are released: who overwrites what it has read commits later.
//
// Thread safety: set, clear, and what raises or lowers, by the holder of the
// token; the rest by any thread. Memory orders: MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_READ_GUARDS_H
#define STM_RT_VERSION_READ_GUARDS_H

#include "base/test_point.h"
#include "version/orec.h"

namespace stm::rt {

class ReadGuards {
public:
  /// (27) After the lock of orec \p Index was taken. Whether the lock may stay.
  STM_FAST_PATH bool allowLock(uint32_t Index) const {
    STM_TEST_POINT(WriteLockedBeforeGuards);
    arch::fenceAfterRmw();
    uint32_t Why = why();
    return STM_LIKELY(Why == 0) || (Why == ForReads && !covers(Index)) ||
           (Why == ForReads && STM_MUTATION(GuardsIgnored));
  }

  bool isUp() const { return why() & ForReads; }
  /// Whether somebody runs alone.
  bool areForAll() const { return why() & ForAll; }
  bool covers(uint32_t Index) const {
    return __atomic_load_n(&Bits[Index / 64], __ATOMIC_ACQUIRE) & bit(Index);
  }

  /// \p Pc: what made the transaction inevitable.
  void raise(uintptr_t Pc) {
    __atomic_store_n(&Culprit, Pc, __ATOMIC_RELAXED);
    __atomic_store_n(&Up, Up | ForReads, __ATOMIC_SEQ_CST);
  }
  /// (28) After the last bit was cleared.
  void lower() { __atomic_store_n(&Up, Up & ~ForReads, __ATOMIC_RELEASE); }
  /// (11) Before its fence.
  void raiseForAll() { __atomic_store_n(&Up, Up | ForAll, __ATOMIC_RELAXED); }
  /// (28) release: pairs with (27): what ran alone is visible.
  void lowerForAll() { __atomic_store_n(&Up, Up & ~ForAll, __ATOMIC_RELEASE); }

  /// (26) The orec's word may be looked at after it. False: it was set before.
  bool set(uint32_t Index) {
    if (covers(Index))
      return false;
    __atomic_fetch_or(&Bits[Index / 64], bit(Index), __ATOMIC_SEQ_CST);
    arch::fenceAfterRmw();
    return true;
  }
  /// (28) release: pairs with (27): who may lock the orec has the transaction's
  /// reads behind it.
  void clear(uint32_t Index) {
    __atomic_fetch_and(&Bits[Index / 64], ~bit(Index), __ATOMIC_RELEASE);
  }

  /// For reports.
  uintptr_t culpritPc() const {
    return __atomic_load_n(&Culprit, __ATOMIC_RELAXED);
  }

private:
  static constexpr uint32_t ForReads = 1, ForAll = 2;
  /// (27) acquire: pairs with (28).
  uint32_t why() const { return __atomic_load_n(&Up, __ATOMIC_ACQUIRE); }
  static uint64_t bit(uint32_t Index) { return uint64_t{1} << Index % 64; }

  alignas(CacheLine) uint32_t Up = 0; ///< What for.
  uintptr_t Culprit = 0;
  alignas(CacheLine) uint64_t Bits[OrecCount / 64] = {};
};

extern STM_HIDDEN ReadGuards Guards;

} // namespace stm::rt

#endif // STM_RT_VERSION_READ_GUARDS_H
