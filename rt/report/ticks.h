//===- report/ticks.h - converting ticks to time ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_TICKS_H
#define STM_RT_REPORT_TICKS_H

#include "base/port.h"

namespace stm::rt {

/// Nanoseconds per arch::ticks(), from two pairs of (clock_gettime, ticks): one
/// taken by startTicks, one now. The nominal frequency is not to be had on
/// every machine (virtual ones hide it), and needs no trust this way.
void startTicks();
double nanosecondsPerTick();

/// What two readings of arch::ticks() in a row cost, as startTicks found out.
uint64_t ticksOfTwoReadings();

/// When startTicks was called.
uint64_t startOfTicks();

/// Ticks since startTicks; 0 if it was never called.
uint64_t ticksSinceStart();

} // namespace stm::rt

#endif // STM_RT_REPORT_TICKS_H
