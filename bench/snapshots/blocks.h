//===- snapshots/blocks.h - blocks that only read, on each side -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What differs between the sides, beyond ../micro/atomically.h: BENCH_SNAPSHOT
// (with BENCH_STM) declares the reading blocks as snapshots; without it, and on
// other sides, they are atomic blocks like any other.
//
// BENCH_PLAIN has no synchronization at all: what it reads of what others write
// is arbitrary, and its walks may go astray. It shows what the processors'
// caches leave of two threads' speed, whatever the method.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_SNAPSHOTS_BLOCKS_H
#define STM_BENCH_SNAPSHOTS_BLOCKS_H

#include "../micro/atomically.h"

#include <cstdio>
#include <cstdlib>

#define BENCH_NOINLINE __attribute__((noinline))

#ifdef BENCH_PLAIN
inline int64_t loadWord(const int64_t *Word) {
  return __atomic_load_n(Word, __ATOMIC_RELAXED);
}
inline void storeWord(int64_t *Word, int64_t Value) {
  __atomic_store_n(Word, Value, __ATOMIC_RELAXED);
}
#else
BENCH_TX inline int64_t loadWord(const int64_t *Word) { return *Word; }
BENCH_TX inline void storeWord(int64_t *Word, int64_t Value) { *Word = Value; }
#endif

#ifdef BENCH_SNAPSHOT
template <class F> auto consistently(F Body) {
  return stm::snapshot(std::move(Body));
}
#else
template <class F> auto consistently(F Body) { return atomically(Body); }
#endif

/// A result that no order of the transactions explains, or a broken promise.
[[noreturn]] inline void fail(const char *What) {
  std::fprintf(stderr, "wrong result: %s\n", What);
  std::_Exit(3);
}

/// The runtime's counts, as the end of the line that a benchmark prints.
inline void printCounts() {
#ifdef BENCH_STM
  stm_stats S;
  stm_get_stats(&S);
#ifdef BENCH_SNAPSHOT
  if (S.snapshot_aborts)
    fail("a snapshot was rolled back");
#endif
  std::printf(", \"snapshot aborts\": %lu, \"aborts\": %lu, "
              "\"version bytes\": %lu, \"version bytes peak\": %lu, "
              "\"longest chain\": %lu, \"longest pause\": %lu, "
              "\"promoted\": %lu, \"collecting\": %lu",
              S.snapshot_aborts, S.aborts, S.version_bytes,
              S.version_bytes_peak, S.longest_chain, S.longest_pause_ns,
              S.versions_promoted, S.collection_ns);
#endif
  std::puts("}");
}

#endif // STM_BENCH_SNAPSHOTS_BLOCKS_H
