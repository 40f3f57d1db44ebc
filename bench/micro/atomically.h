//===- micro/atomically.h - an atomic block on each side --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The build defines one of BENCH_PLAIN, BENCH_MUTEX, BENCH_STM, BENCH_LIBITM.
// Everything that differs between the sides is in this file.
// SideAllowsThreads: whether several threads may use the side at once.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_MICRO_ATOMICALLY_H
#define STM_BENCH_MICRO_ATOMICALLY_H

#include <stdint.h>
#include <type_traits>

// A function that blocks call. GCC refuses to call others from a transaction.
#ifdef BENCH_LIBITM
#define BENCH_TX __attribute__((transaction_safe))
#else
#define BENCH_TX
#endif

// A function that blocks call as it stands: it touches memory of its own,
// memory that nobody changes, or what its caller looks at again before
// believing it.
#if defined(BENCH_LIBITM)
#define BENCH_PURE __attribute__((transaction_pure, noinline))
#elif defined(BENCH_STM)
#define BENCH_PURE STM_PURE __attribute__((noinline))
#else
#define BENCH_PURE __attribute__((noinline))
#endif

// emptyBlock: Never is false and Cell unused; they are there because GCC drops
// a transaction without any access.

#if defined(BENCH_PLAIN)

constexpr bool SideAllowsThreads = false;
template <class F> auto atomically(F Body) { return Body(); }
// The loop around it must not vanish.
inline void emptyBlock(bool, uint64_t *) { __asm__ volatile("" ::: "memory"); }

#elif defined(BENCH_MUTEX)

#include <mutex>
constexpr bool SideAllowsThreads = true;
inline std::mutex TheMutex;
template <class F> auto atomically(F Body) {
  std::lock_guard<std::mutex> Lock(TheMutex);
  return Body();
}
inline void emptyBlock(bool, uint64_t *) {
  std::lock_guard<std::mutex> Lock(TheMutex);
}

#elif defined(BENCH_STM)

#include <stm/stm.hpp>
#include <utility>
constexpr bool SideAllowsThreads = true;
// As if the lambda stood in the call, as it does in programs: what it captures
// is then no shared memory.
template <class F> auto atomically(F Body) {
  return stm::atomic(std::move(Body));
}
inline void emptyBlock(bool, uint64_t *) {
  stm::atomic([] {});
}

#elif defined(BENCH_LIBITM)

// Out of line, which costs libitm about a nanosecond: beginning a transaction
// returns twice. Inlined into a loop, GCC 12 warns that a rollback may clobber
// the loop's variables, and on emptyBlock it ends with an internal error.
constexpr bool SideAllowsThreads = true;
template <class F> __attribute__((noinline)) auto atomically(F Body) {
  if constexpr (std::is_void_v<decltype(Body())>) {
    __transaction_atomic { Body(); }
  } else {
    decltype(Body()) Result;
    __transaction_atomic { Result = Body(); }
    return Result;
  }
}
__attribute__((noinline, unused)) static void emptyBlock(bool Never,
                                                         uint64_t *Cell) {
  __transaction_atomic {
    if (Never)
      ++*Cell;
  }
}

#else
#error "define the side"
#endif

#endif // STM_BENCH_MICRO_ATOMICALLY_H
