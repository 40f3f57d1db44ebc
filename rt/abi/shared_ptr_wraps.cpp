//===- abi/shared_ptr_wraps.cpp - reference counts --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What std::shared_ptr and std::weak_ptr do to their counts, by the rules of
// mem/count_log.h. The functions are libstdc++'s std::_Sp_counted_base with
// atomic counts; the pass finds them by name.
//
//===----------------------------------------------------------------------===//

#include "abi/counting.h"
#include "abi/destruction.h"
#include "abi/rtl.h"

#include <memory>

namespace stm::rt::abi {

namespace {

/// std::_Sp_counted_base.
struct ControlBlock {
  Virtual *VTable;
  std::atomic<int> Uses;
  std::atomic<int> Weaks; ///< One more while there are uses.
};
static_assert(sizeof(ControlBlock) ==
              sizeof(std::_Sp_counted_base<__gnu_cxx::_S_atomic>));
static_assert(offsetof(ControlBlock, Weaks) ==
              offsetof(ControlBlock, Uses) + sizeof(int));

/// Behind its two destructors.
enum VirtualFunction { Dispose = 2, Destroy = 3 };

template <class Run>
void drop(ControlBlock *Of, uint32_t Uses, uint32_t Weaks, Run Do) {
  if (Uses &&
      Of->Uses.fetch_sub(static_cast<int>(Uses), std::memory_order_acq_rel) ==
          static_cast<int>(Uses)) {
    Do(Of, Of->VTable[Dispose]);
    ++Weaks;
  }
  if (Weaks &&
      Of->Weaks.fetch_sub(static_cast<int>(Weaks), std::memory_order_acq_rel) ==
          static_cast<int>(Weaks))
    Do(Of, Of->VTable[Destroy]);
}

void dropLater(void *Object, uint32_t Uses, uint32_t Weaks) {
  drop(static_cast<ControlBlock *>(Object), Uses, Weaks, runLater);
}

void dropNow(ControlBlock *Of, uint32_t Uses, uint32_t Weaks) {
  drop(Of, Uses, Weaks, runNow);
}

/// Null where counts are changed on the spot.
CountRow *rowOf(ControlBlock *Of, uintptr_t Pc) {
  return countRow(Of, dropLater, Pc);
}

} // namespace

extern "C" {

#define STM_SP(Member) __stm_wrap_##Member

void STM_SP(_ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EEC2Ev)(
    Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  __stm_write_u64(&Of->Uses, (U64{1} << 32) | 1);
  Tx &Mine = *CurrentTx;
  if (Mine.isDirect())
    return;
  CountRow *Row = Mine.Counts.row(Of, dropLater);
  if (!Row)
    Mine.outOfLogMemory(STM_CALLER_PC);
  // The address may have been another one's before, in this transaction too.
  *Row = {Of, dropLater, {}, {}, &Of->Uses};
  Mine.HasCounts = true;
}

void STM_SP(
    _ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE15_M_add_ref_copyEv)(
    Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  CountRow *Row = rowOf(Of, STM_CALLER_PC);
  if (!Row)
    Of->Uses.fetch_add(1, std::memory_order_relaxed);
  else if (!takeReference(Row->Use, Of->Uses, STM_CALLER_PC))
    objectIsGone(&Of->Uses, STM_CALLER_PC);
}

bool STM_SP(
    _ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE23_M_add_ref_lock_nothrowEv)(
    Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  CountRow *Row = rowOf(Of, STM_CALLER_PC);
  if (!Row)
    return addUnlessNone(Of->Uses, 0);
  // What this transaction has given up entirely it doesn't get back.
  int Left = Of->Uses.load(std::memory_order_relaxed) -
             static_cast<int>(Row->Use.pending());
  return Left > 0 && takeReference(Row->Use, Of->Uses, STM_CALLER_PC);
}

void STM_SP(
    _ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE10_M_releaseEv)(
    Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  if (CountRow *Row = rowOf(Of, STM_CALLER_PC))
    Row->Use.release();
  else
    dropNow(Of, 1, 0);
}

void STM_SP(
    _ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE15_M_weak_add_refEv)(
    Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  CountRow *Row = rowOf(Of, STM_CALLER_PC);
  if (!Row)
    Of->Weaks.fetch_add(1, std::memory_order_relaxed);
  else if (!takeReference(Row->Weak, Of->Weaks, STM_CALLER_PC))
    objectIsGone(&Of->Weaks, STM_CALLER_PC);
}

void STM_SP(
    _ZNSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE15_M_weak_releaseEv)(
    Ptr Self) {
  auto *Of = static_cast<ControlBlock *>(Self);
  if (CountRow *Row = rowOf(Of, STM_CALLER_PC))
    Row->Weak.release();
  else
    dropNow(Of, 0, 1);
}

I64 STM_SP(
    _ZNKSt16_Sp_counted_baseILN9__gnu_cxx12_Lock_policyE2EE16_M_get_use_countEv)(
    CPtr Self) {
  auto *Of = static_cast<const ControlBlock *>(Self);
  CurrentTx->beforeUnchecked(STM_CALLER_PC);
  int Count = Of->Uses.load(std::memory_order_relaxed);
  const CountRow *Row = CurrentTx->Counts.find(Of);
  return Row && !Row->NewCounts ? Count - static_cast<int>(Row->Use.pending())
                                : Count;
}

} // extern "C"

} // namespace stm::rt::abi
