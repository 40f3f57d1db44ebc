//===- micro/side.h - what every side of the comparison offers --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// side.cpp implements these functions once; it is compiled once per side
// (plain code, one mutex, ours, libitm), each time into an executable of its
// own, with the same main.cpp. C names, because the compilers differ.
//
// Thread safety: what takes a container may be called by any number of threads
// on the same one, except on the plain side, and except populate, check and the
// constructors.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_MICRO_SIDE_H
#define STM_BENCH_MICRO_SIDE_H

#include <stddef.h>
#include <stdint.h>

extern "C" {

/// 1 if several threads may use this side at once.
extern const int SideIsConcurrent;

// --- Raw costs. Each runs `Times` transactions; the batch is inside so that
// the call into the side costs nothing. What they return only keeps the
// compiler from dropping the work. ---

uint64_t runEmpty(uint64_t Times, uint64_t *Cell);
/// Reads Cells[0], Cells[Stride], … (Count of them) in each transaction.
uint64_t runReads(uint64_t Times, const uint64_t *Cells, size_t Count,
                  size_t Stride);
void runWrites(uint64_t Times, uint64_t *Cells, size_t Count, size_t Stride);
/// Count reads, then one write.
uint64_t runReadsOneWrite(uint64_t Times, uint64_t *Cells, size_t Count);
/// Takes 1 from one of the cells and adds it to another in each transaction.
void runTransfers(uint64_t Times, uint64_t *Cells, size_t Count);
/// Allocates 64 bytes and frees them, Count times, in each transaction.
void runAllocations(uint64_t Times, size_t Count);

// --- Containers of integers. ---

struct Container;
enum ContainerKind { TreeContainer, HashContainer };

/// An empty container for keys below \p KeyRange.
Container *makeContainer(ContainerKind Kind, uint64_t KeyRange);
/// Inserts every second key.
void populate(Container *C);
/// Does \p Times operations, one transaction each, on keys drawn with \p Seed:
/// \p UpdatePercent % of them insert or erase, half and half; the others look
/// up. Returns how many elements the container has gained (or lost).
int64_t runOperations(Container *C, uint64_t Times, unsigned UpdatePercent,
                      uint64_t *Seed);
/// Null if every invariant holds and there are \p Elements elements, else what
/// is wrong.
const char *check(const Container *C, uint64_t Elements);
}

#endif // STM_BENCH_MICRO_SIDE_H
