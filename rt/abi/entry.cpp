//===- abi/entry.cpp - entry points of transactions -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/clone_table.h"
#include "abi/rtl.h"
#include "base/check.h"
#include "inlined/layout.h"
#include "tx/attempt.h"
#include "tx/block.h"
#include "tx/registry.h"
#include "tx/run.h"
#include "tx/scope.h"
#include "tx/single_thread.h"

using namespace stm::rt;

namespace {

Body bodyOf(void *Function) { return reinterpret_cast<Body>(Function); }

int toInt(Outcome How) { return static_cast<int>(How); }

/// Whether there is something to do before code runs as it stands.
bool mayHaveToTell(const Tx &Self) {
  return Self.PendingQuiescence != 0 || Self.Mode == ReadMode::Unfenced ||
         Self.mayMissStamps();
}
void beforeItRunsAsItStands(Tx &Self, uintptr_t Pc) {
  Self.beforeUnchecked(Pc);
  Self.beforeTelling(Pc);
}

} // namespace

void *stm::rt::cloneInTransaction(const void *Function, uintptr_t Pc) {
  CloneTable::Found Found = Clones.find(Function);
  void *Clone = Found.version();
  Tx &Self = *CurrentTx;
  // A pure function, or a pure wrapper: its own version.
  if (STM_UNLIKELY(Found.mayRunAsItStands()) && mayHaveToTell(Self) &&
      (Clone == Function || cloneOf(Clone) == Clone))
    beforeItRunsAsItStands(Self, Pc);
  return Clone;
}

extern "C" {

/// What module constructors refer to (runtime_abi.def).
STM_EXPORT extern const char STM_ABI_SYMBOL = STM_ABI_VERSION;

STM_EXPORT int __stm_atomic(Body Function, void *Arg, const stm_site *Site) {
  void *Clone = cloneInTransaction(reinterpret_cast<const void *>(Function),
                                   STM_CALLER_PC);
  return toInt(runTransaction(Function, bodyOf(Clone), Arg, Site));
}

STM_EXPORT int __stm_snapshot(Body Function, void *Arg, const stm_site *Site) {
  void *Clone = cloneInTransaction(reinterpret_cast<const void *>(Function),
                                   STM_CALLER_PC);
  return toInt(runSnapshot(Function, bodyOf(Clone), Arg, Site));
}

STM_EXPORT int __stm_nested(Body Function, void *Arg, unsigned Catches) {
  Tx &Self = *CurrentTx;
  if (!Self.InTransaction)
    reportUsageErrorOutsideTransaction("__stm_nested");
  void *Clone =
      Self.isDirect()
          ? nullptr
          : cloneInTransaction(reinterpret_cast<const void *>(Function),
                               STM_CALLER_PC);
  return toInt(
      runScope(Self, Function, bodyOf(Clone), Arg, Catches, STM_CALLER_PC));
}

STM_EXPORT void __stm_cancelled_without_value(const char *Name,
                                              const char *File, uint32_t Line) {
  const stm_site Site = {Name, File, Line};
  reportUsageErrorCancelledWithoutValue(&Site);
}

STM_EXPORT __attribute__((nothrow)) int __stm_block_begin(int *, unsigned,
                                                          const char *Name,
                                                          const char *File,
                                                          unsigned Line) {
  beginBlock({Name, File, Line}, STM_CALLER_PC);
  return 0;
}

STM_EXPORT __attribute__((nothrow)) void __stm_block_end(int *) { endBlock(); }

STM_EXPORT void __stm_uninstrumented(const void *Section) {
  reportUsageErrorUninstrumentedFunction(Section);
}

} // extern "C"

namespace stm::rt::abi {

extern "C" {

// __stm_atomic_tx, …_ro_tx, …_wf_tx, all three lazily, __stm_snapshot_tx:
// tx/run.h.

void __stm_become_inevitable_beside(CPtr Reason) {
  CurrentTx->becomeInevitable(static_cast<const char *>(Reason), STM_CALLER_PC,
                              Company::Beside);
}

void __stm_become_inevitable(CPtr Reason) {
  CurrentTx->becomeInevitable(static_cast<const char *>(Reason), STM_CALLER_PC);
}

void __stm_await_quiescence() { CurrentTx->awaitQuiescence(); }

void __stm_may_leave() { transactionsMayLeave(); }

void __stm_need_versions() { alwaysUseBarriers(); }

void __stm_before_telling() {
  beforeItRunsAsItStands(*CurrentTx, STM_CALLER_PC);
}

namespace {
STM_SLOW_PATH Ptr cloneBeforeTelling(CPtr Function) {
  return cloneInTransaction(Function, STM_CALLER_PC);
}
} // namespace

Ptr __stm_clone_of(CPtr Function) {
  CloneTable::Found Found = Clones.findIfBegun(Function);
  // (No version, and yet a mark: nobody has looked before.)
  if (STM_UNLIKELY(Found.mayRunAsItStands()) &&
      (!Found.version() || mayHaveToTell(*CurrentTx)))
    STM_TAIL return cloneBeforeTelling(Function);
  return Found.version();
}

void __stm_register_clones(CPtr Table, Size Rows) {
  registerClones(static_cast<const stm_clone *>(Table), Rows);
}

void __stm_unregister_clones(CPtr Table, Size Rows) {
  unregisterClones(static_cast<const stm_clone *>(Table), Rows);
}

} // extern "C"

} // namespace stm::rt::abi
