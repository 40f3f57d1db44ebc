//===- tx/block.cpp - block statements without the plugin -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/block.h"

#include "base/check.h"
#include "tx/attempt.h"
#include "tx/signal_handler.h"

namespace stm::rt {

void beginBlock(const stm_site &Site, uintptr_t Pc) {
  Tx &Self = currentTx();
  if (STM_UNLIKELY(Self.Waits))
    refuseInWait(Self, &Site);
  if (Self.Blocks == 0) {
    Self.BlocksAreOutermost = !Self.InTransaction;
    if (Self.InTransaction) {
      Self.becomeInevitable(kUninstrumentedReason, Pc);
    } else {
      Self.BlockSite = Site;
      Self.Site = &Self.BlockSite;
      Self.Attempts = Self.Forgiven = 0;
      Self.StartInevitable = true;
      Self.StartAs = Company::Alone;
      Self.InevitableReason = kUninstrumentedReason;
      Self.InevitablePc = Pc;
      Self.begin();
    }
  }
  ++Self.Blocks;
}

static void commit(Tx &Self) {
  Self.Blocks = 0;
  if (!Self.BlocksAreOutermost)
    return;
  Self.tryCommit(); // An inevitable transaction does.
  Self.afterCommit();
}

void endBlock() {
  Tx &Self = *CurrentTx;
  if (STM_UNLIKELY(Self.Blocks == 0))
    reportUsageErrorBlockWithoutBegin();
  if (Self.Blocks == 1)
    return commit(Self);
  --Self.Blocks;
}

void endAllBlocks(Tx &Self) {
  if (Self.Blocks)
    commit(Self);
}

} // namespace stm::rt
