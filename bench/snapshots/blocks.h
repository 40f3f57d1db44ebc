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
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_SNAPSHOTS_BLOCKS_H
#define STM_BENCH_SNAPSHOTS_BLOCKS_H

#include "../micro/atomically.h"

#include <cstdio>
#include <cstdlib>

#define BENCH_NOINLINE __attribute__((noinline))

#ifdef BENCH_STM
#define BENCH_PURE STM_PURE
#else
#define BENCH_PURE
#endif

#ifdef BENCH_SNAPSHOT
template <class F> auto consistently(F Body) { return stm::snapshot(Body); }
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
              "\"promoted\": %lu",
              S.snapshot_aborts, S.aborts, S.version_bytes,
              S.version_bytes_peak, S.longest_chain, S.longest_pause_ns,
              S.versions_promoted);
#endif
  std::puts("}");
}

#endif // STM_BENCH_SNAPSHOTS_BLOCKS_H
