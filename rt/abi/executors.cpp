//===- abi/executors.cpp - for the executors of the headers -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/check.h"
#include "report/frames.h"
#include "tx/registry.h"

using namespace stm::rt;

extern "C" {

STM_EXPORT void __stm_next_in_turn(stm_turns *Turns, uint64_t Index) {
  Tx &Self = currentTx();
  STM_DCHECK(!Self.InTransaction);
  // Those behind it may be older, and wait for it.
  STM_DCHECK(Self.PendingQuiescence == 0);
  Self.Turn = Turn(Turns, Index);
  Self.IsUnusual = true;
}

STM_EXPORT void __stm_only_transactions(int Whether) {
  currentTx().HasTransactionsOnly = Whether != 0;
}

STM_EXPORT void __stm_on_sleep(SleepCall *Call) {
  OnSleep.store(Call, std::memory_order_release);
}

STM_EXPORT int __stm_show_frames() { return showFrames(); }

STM_EXPORT void __stm_hide_frames(int Shown) { hideFrames(Shown); }

} // extern "C"
