//===- tx/run.cpp - running a body as a transaction -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/run.h"

#include "tx/registry.h"
#include "tx/tsan.h"

namespace stm::rt {

void runTransaction(Body Original, Body Clone, void *Arg,
                    const stm_site *Site) {
  Tx &Self = currentTx();
  if (STM_UNLIKELY(Self.InTransaction)) {
    // Flat nesting: part of the transaction around it.
    if (!Clone)
      Self.becomeInevitable(kUninstrumentedReason, STM_CALLER_PC);
    return Self.Direct ? Original(Arg) : Clone(Arg);
  }

  Self.Attempts = 0;
  if (STM_UNLIKELY(!Clone)) {
    Self.StartInevitable = true;
    Self.InevitableReason = kUninstrumentedReason;
    Self.InevitablePc = STM_CALLER_PC;
  }
  for (;;) {
    Self.Site = Site;
    Self.begin();
    tellTsanOfBegin();
    bool Committed;
    try {
      Committed = enterCheckpoint(Self.Resume, Self.Direct ? Original : Clone,
                                  Arg) == 0 &&
                  Self.tryCommit();
    } catch (...) {
      // An exception, or the end of the thread, leaves the block: that commits.
      if (Self.tryCommitInHandler()) {
        Self.afterCommit();
        throw;
      }
      Committed = false;
    }
    if (STM_LIKELY(Committed))
      return Self.afterCommit();
    Self.backOff();
  }
}

} // namespace stm::rt
