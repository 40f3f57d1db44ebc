//===- e2e/Report/ten/ten.h - programs with one flaw each -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_E2E_REPORT_TEN_H
#define STM_E2E_REPORT_TEN_H

#include "e2e.h"

/// Lets the others run in the middle of a block, so that they collide on any
/// number of processors.
inline STM_PURE void linger(int Rounds = 4) {
  for (int I = 0; I != Rounds; ++I) {
    for (volatile int Work = 0; Work != 500;)
      Work = Work + 1;
    sched_yield();
  }
}

/// Whether the threads have hardly met so far: on a busy machine one may have
/// ended before the next runs.
inline bool fewRollbacks() {
  stm_stats Stats = {};
  stm_get_stats(&Stats);
  return Stats.aborts < 20;
}

/// As onThreads, again while there are few rollbacks. Returns how often.
template <class F> unsigned collide(unsigned Count, F Body) {
  unsigned Rounds = 0;
  do {
    onThreads(Count, Body);
    ++Rounds;
  } while (fewRollbacks());
  return Rounds;
}

#endif // STM_E2E_REPORT_TEN_H
