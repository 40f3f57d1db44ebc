//===- report/allocations.cpp - where heap blocks were allocated ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/allocations.h"

#include "report/facts.h"

namespace stm::rt {

constinit bool NotesAllocations = false;

namespace {

constexpr size_t TableSize = size_t{1} << 16; // 2 MB

/// Relaxed but for Number: the fields are only used if that was the same, and
/// not 0, before and after.
struct Slot {
  std::atomic<uint64_t> Number; ///< Of the allocation; 0: empty, or in change.
  std::atomic<uintptr_t> Begin;
  std::atomic<size_t> Bytes;
  std::atomic<uint32_t> Stack;
};

constinit Slot *Table = nullptr;
constinit std::atomic<uint64_t> LastNumber{0};
constinit __thread bool IsNoting = false; ///< What unwinds may allocate.

Slot &slotOf(uintptr_t Begin) {
  return Table[(Begin >> 4) * 0x9e3779b97f4a7c15u >> (64 - 16)];
}

} // namespace

void startNotingAllocations() {
  Table = static_cast<Slot *>(mapFactMemory(TableSize * sizeof(Slot)));
  NotesAllocations = Table != nullptr;
}

void noteAllocationSite(const void *Block, size_t Bytes) {
  if (!Block || IsNoting)
    return;
  IsNoting = true;
  auto Begin = reinterpret_cast<uintptr_t>(Block);
  uint32_t Stack = captureStack(0);
  Slot &S = slotOf(Begin);
  // Of two threads one is lost.
  if (S.Number.exchange(0, std::memory_order_acquire) != 0 ||
      S.Begin.load(std::memory_order_relaxed) == 0) {
    S.Begin.store(Begin, std::memory_order_relaxed);
    S.Bytes.store(Bytes, std::memory_order_relaxed);
    S.Stack.store(Stack, std::memory_order_relaxed);
    S.Number.store(LastNumber.fetch_add(1, std::memory_order_relaxed) + 1,
                   std::memory_order_release);
  }
  IsNoting = false;
}

AllocationSite findAllocation(uintptr_t Address) {
  AllocationSite Found = {0, 0, 0};
  if (!NotesAllocations)
    return Found;
  uint64_t Newest = 0;
  for (size_t I = 0; I != TableSize; ++I) {
    Slot &S = Table[I];
    uint64_t Number = S.Number.load(std::memory_order_acquire);
    if (Number <= Newest)
      continue;
    AllocationSite Site = {S.Begin.load(std::memory_order_relaxed),
                           S.Bytes.load(std::memory_order_relaxed),
                           S.Stack.load(std::memory_order_relaxed)};
    std::atomic_thread_fence(std::memory_order_acquire);
    if (Address - Site.Begin >= Site.Bytes ||
        S.Number.load(std::memory_order_relaxed) != Number)
      continue;
    Newest = Number;
    Found = Site;
  }
  return Found;
}

} // namespace stm::rt
