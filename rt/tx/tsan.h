//===- tx/tsan.h - what ThreadSanitizer is told -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Barriers are invisible to ThreadSanitizer, so accesses inside transactions
// are never reported. What transactions order outside of them it must be told:
// the end of an attempt happens before every later begin, extension, and end of
// a wait for quiescence.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_TSAN_H
#define STM_RT_TX_TSAN_H

#include "version/clock.h"

// Present in programs built with ThreadSanitizer.
extern "C" {
__attribute__((weak)) void __tsan_acquire(void *Address);
__attribute__((weak)) void __tsan_release(void *Address);
}

namespace stm::rt {

inline bool runsUnderTsan() { return __tsan_acquire && __tsan_release; }

inline void tellTsanOfBegin() {
  if (STM_UNLIKELY(__tsan_acquire != nullptr))
    __tsan_acquire(&Clock);
}

inline void tellTsanOfCommit() {
  if (STM_UNLIKELY(__tsan_release != nullptr))
    __tsan_release(&Clock);
}

} // namespace stm::rt

#endif // STM_RT_TX_TSAN_H
