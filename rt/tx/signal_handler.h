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

/// Whether what runs now is a signal handler that has interrupted \p Self's
/// transaction. Takes microseconds.
bool isInSignalHandler(const Tx &Self);

/// A block begins at \p Pc inside of \p Self's transaction: ends the program if
/// it is a signal handler's. Takes long once for each \p Pc: where a
/// transaction has come by once is no handler.
void refuseSignalHandler(const Tx &Self, const stm_site *Site, uintptr_t Pc);

/// A wait of the runtime's, as part of a transaction but not in it: what that
/// has noted so far is still needed, so a handler can't run another one.
class InWait {
public:
  explicit InWait(Tx &Self) : Self(Self), WasUnusual(Self.IsUnusual) {
    Self.IsUnusual = true; // Blocks are looked at.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    Self.WaitsIn = reinterpret_cast<uintptr_t>(this);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  ~InWait() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    Self.WaitsIn = 0;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    Self.IsUnusual = WasUnusual;
  }
  InWait(const InWait &) = delete;
  InWait &operator=(const InWait &) = delete;

private:
  Tx &Self;
  bool WasUnusual;
};

/// A block begins while \p Self is in a wait: ends the program, unless a
/// handler has left that by siglongjmp.
STM_SLOW_PATH void refuseInWait(Tx &Self, const stm_site *Site);

} // namespace stm::rt

#endif // STM_RT_TX_SIGNAL_HANDLER_H
