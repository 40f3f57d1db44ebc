//===- tx/signal_handler.h - code that has interrupted another --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A handler that interrupts a transaction isn't part of it, and the runtime may
// have been in the middle of anything.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_SIGNAL_HANDLER_H
#define STM_RT_TX_SIGNAL_HANDLER_H

#include "tx/tx.h"

namespace stm::rt {

/// Whether what runs now on this thread is a signal handler. Takes
/// microseconds.
bool isSignalHandlerRunning();

/// Whether what runs now is a signal handler that has interrupted \p Self's
/// transaction. Takes microseconds.
bool isInSignalHandler(const Tx &Self);

/// A block begins at \p Pc inside of \p Self's transaction: ends the program if
/// it is a signal handler's. Takes long once for each \p Pc: where a
/// transaction has come by once is no handler.
void refuseSignalHandler(const Tx &Self, const stm_site *Site, uintptr_t Pc);

/// Does \p Wait, as part of a transaction but not in it: what that has noted so
/// far is still needed, so a handler can't run another one meanwhile. Not
/// inside of another such wait. (Not an object, whose destructor would be in
/// the way where a handler ends the thread.)
template <class F> STM_FAST_PATH void inWait(Tx &Self, F Wait) {
  bool WasUnusual = Self.IsUnusual;
  Self.IsUnusual = true; // Blocks are looked at.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  Self.Waits = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  Wait();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  Self.IsUnusual = WasUnusual;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  Self.Waits = false;
}

/// A block begins while \p Self waits so: ends the program if it is a signal
/// handler's. Otherwise one has left the wait by siglongjmp.
STM_SLOW_PATH void refuseInWait(Tx &Self, const stm_site *Site);

} // namespace stm::rt

#endif // STM_RT_TX_SIGNAL_HANDLER_H
