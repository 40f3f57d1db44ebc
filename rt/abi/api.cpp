//===- abi/api.cpp - functions for users (stm.h) ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/check.h"
#include "gc/collector.h"
#include "gc/statistics.h"
#include "tx/registry.h"

using namespace stm::rt;

extern "C" {

STM_EXPORT void stm_become_inevitable(const char *Why) {
  CurrentTx->becomeInevitable(Why, STM_CALLER_PC);
}

STM_EXPORT int stm_in_transaction(void) { return CurrentTx->InTransaction; }

STM_EXPORT int stm_is_inevitable(void) {
  return CurrentTx->isInevitableForAReason();
}

STM_EXPORT int stm_last_abort_info(stm_abort_info *Info) {
  const Tx &Self = *CurrentTx;
  if (Self.Attempts == 0) {
    *Info = {};
    return -1;
  }
  *Info = Self.lastAbort();
  return 0;
}

STM_EXPORT void stm_on_conflict(ConflictHandler Call, void *Arg) {
  CurrentTx->beforeTelling(STM_CALLER_PC);
  setConflictHandler(Call, Arg);
}

STM_EXPORT void stm_get_stats(stm_stats *Stats) {
  *Stats = {};
  sumCounters(visitAllFacts, *Stats);
  addGcStatistics(*Stats);
}

STM_EXPORT void stm_quiesce(void) {
  Tx &Self = currentTx();
  if (Self.InTransaction)
    reportUsageErrorQuiesceInTransaction();
  std::atomic_thread_fence(std::memory_order_seq_cst);
  Timestamp Now = Clock.now();
  waitForQuiescence(Self, Now, Older::MustMove);
  waitForSnapshots(Now);
}

STM_EXPORT void stm_collect(int Generation) {
  if (!currentTx().InTransaction)
    collectNow(/*Major=*/Generation > 1);
}

STM_EXPORT void stm_print_report(void) {
  CurrentTx->beforeTelling(STM_CALLER_PC);
  writeReport(visitAllFacts, getVersionFacts);
}

} // extern "C"
