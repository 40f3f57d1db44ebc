//===- apps/common/phase.h - threads wait for each other --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_APPS_PHASE_H
#define STM_BENCH_APPS_PHASE_H

#include <pthread.h>

/// Between two phases of a program; never in a transaction.
class PhaseBarrier {
  pthread_barrier_t Barrier;

public:
  explicit PhaseBarrier(unsigned Threads) {
    pthread_barrier_init(&Barrier, nullptr, Threads);
  }
  ~PhaseBarrier() { pthread_barrier_destroy(&Barrier); }
  PhaseBarrier(const PhaseBarrier &) = delete;
  PhaseBarrier &operator=(const PhaseBarrier &) = delete;

  void wait() { pthread_barrier_wait(&Barrier); }
};

#endif // STM_BENCH_APPS_PHASE_H
