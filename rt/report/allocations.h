//===- report/allocations.h - where heap blocks were allocated --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With STM_OPTIONS=report_allocations=1: the stack of each allocation, in a
// table of fixed size where a new block takes the place of one that hashes
// there. Freed blocks stay until then: a conflict's object may be freed before
// the report is written.
//
// Thread safety: any thread. An entry is found out to be half written by its
// sequence number.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_ALLOCATIONS_H
#define STM_RT_REPORT_ALLOCATIONS_H

#include <cstddef>
#include <cstdint>

namespace stm::rt {

/// Set once, before there are threads.
extern bool NotesAllocations;

struct AllocationSite {
  uintptr_t Begin; ///< 0: nothing is known.
  size_t Bytes;
  uint32_t Stack;
};

/// Maps the table.
void startNotingAllocations();

/// Called where the program allocates, on its stack. Some microseconds.
void noteAllocationSite(const void *Block, size_t Bytes);

/// The newest block that \p Address is in.
AllocationSite findAllocation(uintptr_t Address);

} // namespace stm::rt

#endif // STM_RT_REPORT_ALLOCATIONS_H
