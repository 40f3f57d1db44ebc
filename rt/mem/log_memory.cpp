//===- mem/log_memory.cpp - the only file that sees jemalloc ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/log_memory.h"

#include <atomic>
#include <jemalloc/jemalloc.h>

namespace stm::rt {

namespace {

constinit std::atomic<int64_t> AllocationsLeft{-1};

bool mayAllocate() {
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

void failLogMemoryAfterForTesting(int64_t Count) {
  AllocationsLeft.store(Count, std::memory_order_relaxed);
}

} // namespace stm::rt
