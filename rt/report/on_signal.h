//===- report/on_signal.h - a report when a signal comes --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_ON_SIGNAL_H
#define STM_RT_REPORT_ON_SIGNAL_H

namespace stm::rt {

/// From here on \p Write is called whenever \p Signal has come, by a thread
/// that does nothing else: a handler may not do what a report needs. Once.
void reportOnSignal(int Signal, void (*Write)());

/// In a fork's child: its thread isn't there.
void reportOnSignalInChild();

} // namespace stm::rt

#endif // STM_RT_REPORT_ON_SIGNAL_H
