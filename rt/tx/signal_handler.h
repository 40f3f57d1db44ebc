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

} // namespace stm::rt

#endif // STM_RT_TX_SIGNAL_HANDLER_H
