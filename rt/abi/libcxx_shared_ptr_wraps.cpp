//===- abi/libcxx_shared_ptr_wraps.cpp - libc++'s reference counts --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As shared_ptr_wraps.cpp, for libc++'s std::__shared_weak_count. Its counts
// are of the references beyond the first one, so -1 is none.
//
//===----------------------------------------------------------------------===//

#include "abi/counting.h"
#include "abi/destruction.h"
#include "abi/rtl.h"

namespace stm::rt::abi {

namespace {

/// std::__shared_weak_count.
struct ControlBlock {
  Virtual *VTable;
  std::atomic<long> Owners;
  std::atomic<long> WeakOwners; ///< One more while there are owners.
};
constexpr long None = -1;

/// Behind its two destructors; __get_deleter is between the two.
enum VirtualFunction { OnZeroShared = 2, OnZeroSharedWeak = 4 };

template <class Run>
void drop(ControlBlock *Of, uint32_t Uses, uint32_t Weaks, Run Do) {
  if (Uses && Of->Owners.fetch_sub(Uses, std::memory_order_acq_rel) -
                      static_cast<long>(Uses) ==
                  None) {
    Do(Of, Of->VTable[OnZeroShared]);
    ++Weaks;
  }
  if (Weaks && Of->WeakOwners.fetch_sub(Weaks, std::memory_order_acq_rel) -
                       static_cast<long>(Weaks) ==
                   None)
    Do(Of, Of->VTable[OnZeroSharedWeak]);
}

void dropLater(void *Object, uint32_t Uses, uint32_t Weaks) {
  drop(static_cast<ControlBlock *>(Object), Uses, Weaks, runLater);
}

/// Null where counts are changed on the spot.
CountRow *rowOf(ControlBlock *Of, uintptr_t Pc) {
  return countRow(Of, dropLater, Pc);
}

/// A reference more, of \p Count, one of \p Of's.
void add(ControlBlock *Of, std::atomic<long> &Count,
         CountChange CountRow::*Which, uintptr_t Pc) {
  CountRow *Row = rowOf(Of, Pc);
  if (!Row)
    Count.fetch_add(1, std::memory_order_relaxed);
  else if (!takeReference(Row->*Which, Count, Pc, None))
    objectIsGone(&Count, Pc);
}

} // namespace

extern "C" {

#define STM_SWC(Member) __stm_wrap__ZNSt3__119__shared_weak_count##Member

void STM_SWC(C2El)(Ptr Self, I64 Owners) {
  auto *Of = static_cast<ControlBlock *>(Self);
  auto Count = static_cast<U64>(Owners);
  __stm_write_u64(&Of->Owners, Count);
  __stm_write_u64(&Of->WeakOwners, Count);
  Tx &Mine = *CurrentTx;
  if (Mine.isDirect())
    return;
  CountRow *Row = Mine.Counts.row(Of, dropLater);
  if (!Row)
    Mine.outOfLogMemory(STM_CALLER_PC);
  // The address may have been another one's before, in this transaction too.
  *Row = {Of, dropLater, {}, {}, &Of->Owners, 2 * sizeof(long)};
  Mine.HasCounts = true;
}

void STM_SWC(12__add_sharedEv)(Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  add(Of, Of->Owners, &CountRow::Use, STM_CALLER_PC);
}

void STM_SWC(10__add_weakEv)(Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  // libc++ drops the last weak reference of all without counting it down, if it
  // finds no other: not even one that a snapshot, which has found the pointer
  // in the past, is about to count. What is there now has others.
  if (Tx &Mine = *CurrentTx;
      Mine.Snap == SnapshotMode::Declared && rowOf(Of, STM_CALLER_PC)) {
    Mine.startAlone("copy of a weak_ptr in a snapshot", STM_CALLER_PC);
    Mine.conflict(ConflictKind::Validation, Of, nullptr, STM_CALLER_PC);
  }
  add(Of, Of->WeakOwners, &CountRow::Weak, STM_CALLER_PC);
}

void STM_SWC(16__release_sharedEv)(Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  if (CountRow *Row = rowOf(Of, STM_CALLER_PC))
    Row->Use.release();
  else
    drop(Of, 1, 0, runNow);
}

void STM_SWC(14__release_weakEv)(Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  if (CountRow *Row = rowOf(Of, STM_CALLER_PC))
    Row->Weak.release();
  else
    drop(Of, 0, 1, runNow);
}

Ptr STM_SWC(4lockEv)(Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  CountRow *Row = rowOf(Of, STM_CALLER_PC);
  bool Locked;
  if (!Row) {
    Locked = addUnlessNone(Of->Owners, None);
  } else {
    // What this transaction has given up entirely it doesn't get back.
    long Left = Of->Owners.load(std::memory_order_relaxed) -
                static_cast<long>(Row->Use.pending());
    Locked =
        Left > None && takeReference(Row->Use, Of->Owners, STM_CALLER_PC, None);
  }
  return Locked ? Self : nullptr;
}

I64 __stm_wrap__ZNKSt3__119__shared_weak_count9use_countEv(CPtr Self) {
  auto *Of = static_cast<const ControlBlock *>(Self);
  CurrentTx->beforeUnchecked(STM_CALLER_PC);
  long Count = Of->Owners.load(std::memory_order_relaxed) + 1;
  const CountRow *Row = CurrentTx->Counts.find(Of);
  return Row && !Row->NewCounts ? Count - static_cast<long>(Row->Use.pending())
                                : Count;
}

} // extern "C"

} // namespace stm::rt::abi
