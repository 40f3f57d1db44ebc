//===- report/ticks.h - the cheapest clock ----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_TICKS_H
#define STM_RT_REPORT_TICKS_H

#include <cstdint>

namespace stm::rt {

/// The processor's time stamp counter: about 10 ns, against 20 to 30 ns for
/// clock_gettime. Not ordered with the instructions around it; the report is
/// about microseconds and up.
inline uint64_t readTicks() {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  uint64_t Ticks;
  asm volatile("mrs %0, cntvct_el0" : "=r"(Ticks));
  return Ticks;
#else
#error "no time stamp counter for this processor"
#endif
}

/// Nanoseconds per tick, from two pairs of (clock_gettime, ticks): one taken by
/// startTicks, one now. The nominal frequency is not to be had on every machine
/// (virtual ones hide it), and needs no trust this way.
void startTicks();
double nanosecondsPerTick();

/// Ticks since startTicks; 0 if it was never called.
uint64_t ticksSinceStart();

} // namespace stm::rt

#endif // STM_RT_REPORT_TICKS_H
