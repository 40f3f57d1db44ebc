//===- mem/log_memory.cpp - the only file that sees jemalloc ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/log_memory.h"

#include "base/inject.h"

#include <atomic>
#include <jemalloc/jemalloc.h>

namespace stm::rt {

namespace {

constinit std::atomic<int64_t> AllocationsLeft{-1};

bool mayAllocate() {
  if (STM_INJECT(Memory))
    return false;
  if (STM_LIKELY(AllocationsLeft.load(std::memory_order_relaxed) < 0))
    return true;
  if (AllocationsLeft.fetch_sub(1, std::memory_order_relaxed) > 0)
    return true;
  AllocationsLeft.store(0, std::memory_order_relaxed);
  return false;
}

} // namespace

void *allocateLogMemory(size_t Bytes, bool Zeroed) {
  if (!mayAllocate())
    return nullptr;
  return mallocx(Bytes, MALLOCX_ALIGN(CacheLine) | (Zeroed ? MALLOCX_ZERO : 0));
}

void *reallocateLogMemory(void *Block, size_t Bytes) {
  if (!Block)
    return allocateLogMemory(Bytes);
  if (!mayAllocate())
    return nullptr;
  return rallocx(Block, Bytes, MALLOCX_ALIGN(CacheLine));
}

void freeLogMemory(void *Block) {
  if (Block)
    dallocx(Block, 0);
}

namespace {

/// MALLOCX_ARENA and no thread cache: what is freed is the arena's at once.
/// General, and the others where there is no further arena: 0, automatic.
int flagsOf(LogArena Arena) {
  static constinit std::atomic<unsigned> Created[3] = {};
  if (Arena == LogArena::General)
    return 0;
  std::atomic<unsigned> &Mine = Created[static_cast<size_t>(Arena)];
  unsigned Index = Mine.load(std::memory_order_acquire);
  if (STM_UNLIKELY(!Index)) {
    size_t Size = sizeof(Index);
    if (mallctl("arenas.create", &Index, &Size, nullptr, 0) != 0)
      return 0;
    unsigned Nobody = 0;
    if (!Mine.compare_exchange_strong(Nobody, Index))
      Index = Nobody; // Two threads at once: one arena stays unused.
  }
  return MALLOCX_ARENA(Index) | MALLOCX_TCACHE_NONE;
}

} // namespace

void *allocateLogMemory(size_t Bytes, LogArena Arena, size_t Align) {
  if (!mayAllocate())
    return nullptr;
  return mallocx(Bytes, MALLOCX_ALIGN(Align) | flagsOf(Arena));
}

void freeLogMemory(void *Block, LogArena Arena) {
  dallocx(Block, flagsOf(Arena) & MALLOCX_TCACHE_NONE);
}

void purgeLogMemory(LogArena Arena) {
  char Name[] = "arena.0000.purge";
  int Flags = flagsOf(Arena);
  if (!Flags)
    return;
  // MALLOCX_ARENA(n) is (n + 1) << 20.
  unsigned Index = (static_cast<unsigned>(Flags) >> 20) - 1;
  for (int I = 9; I != 5; --I, Index /= 10)
    Name[I] = static_cast<char>('0' + Index % 10);
  mallctl(Name, nullptr, nullptr, nullptr, 0);
}

void failLogMemoryAfterForTesting(int64_t Count) {
  AllocationsLeft.store(Count, std::memory_order_relaxed);
}

} // namespace stm::rt
