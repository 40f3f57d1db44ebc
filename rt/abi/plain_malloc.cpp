//===- abi/plain_malloc.cpp - allocations that reports may name -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Not with the sanitizers, whose malloc is in the executable and so comes
// first.
//
//===----------------------------------------------------------------------===//

#include "abi/next_function.h"
#include "report/allocations.h"

#include <cstdlib>

/// Of glibc: for dlsym, should it allocate.
extern "C" __attribute__((weak)) void *__libc_malloc(size_t Bytes);
extern "C" __attribute__((weak)) void *__libc_calloc(size_t Count,
                                                     size_t Bytes);

namespace stm::rt {

namespace {

constinit std::atomic<void *(*)(size_t)> NextMalloc{nullptr};
constinit std::atomic<void *(*)(size_t, size_t)> NextCalloc{nullptr};

} // namespace

extern "C" {

STM_EXPORT __attribute__((weak)) void *malloc(size_t Bytes) {
  auto *Next = nextFunction(NextMalloc, "malloc");
  if (STM_UNLIKELY(!Next))
    return __libc_malloc ? __libc_malloc(Bytes) : nullptr;
  if (STM_LIKELY(!NotesAllocations))
    return Next(Bytes);
  void *Block = Next(Bytes);
  noteAllocationSite(Block, Bytes);
  return Block;
}

STM_EXPORT __attribute__((weak)) void *calloc(size_t Count, size_t Bytes) {
  auto *Next = nextFunction(NextCalloc, "calloc");
  if (STM_UNLIKELY(!Next))
    return __libc_calloc ? __libc_calloc(Count, Bytes) : nullptr;
  if (STM_LIKELY(!NotesAllocations))
    return Next(Count, Bytes);
  void *Block = Next(Count, Bytes);
  noteAllocationSite(Block, Count * Bytes);
  return Block;
}

} // extern "C"

} // namespace stm::rt
