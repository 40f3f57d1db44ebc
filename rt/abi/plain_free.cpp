//===- rt/abi/plain_free.cpp - free and realloc of plain code -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// "Unlink in a block, delete after it": whoever does so thinks of transactions,
// for which the commit has waited, not of snapshots, which may go on reading
// the block for long. So while one runs, what plain code frees is freed later.
// operator delete calls free, unless the program replaces it.
//
// Weak, so that a sanitizer's, an allocator's or the program's own functions,
// which come before the runtime's, are also those that the runtime calls. Then
// nothing is deferred but what transactions free.
//
//===----------------------------------------------------------------------===//

#include "abi/next_function.h"
#include "base/options.h"
#include "gc/deferred_frees.h"
#include "version/snapshots.h"

#include <cstdlib>
#include <cstring>
#include <malloc.h>

namespace stm::rt {

namespace {

constinit std::atomic<void (*)(void *)> NextFree{nullptr};
constinit std::atomic<void *(*)(void *, size_t)> NextRealloc{nullptr};

void freeNow(void *Block) {
  // Inside of dlsym, once: a few bytes are lost.
  if (auto *Next = nextFunction(NextFree, "free"); STM_LIKELY(Next != nullptr))
    Next(Block);
}

bool mustDefer() {
  return STM_UNLIKELY(Versioning.hasSnapshots()) && !isReleasingDeferred() &&
         options().GcDeferFrees;
}

} // namespace

extern "C" {

STM_EXPORT __attribute__((weak)) void free(void *Block) {
  if (Block && mustDefer())
    deferFree({Block, 0, 0, Deallocator::Free}, Clock.now());
  else
    freeNow(Block);
}

STM_EXPORT __attribute__((weak)) void *realloc(void *Block, size_t Bytes) {
  if (!Block || !mustDefer())
    if (auto *Next = nextFunction(NextRealloc, "realloc");
        STM_LIKELY(Next != nullptr))
      return Next(Block, Bytes);
  void *Moved = nullptr;
  if (Bytes) {
    Moved = malloc(Bytes);
    if (!Moved)
      return nullptr;
    size_t Old = Block ? malloc_usable_size(Block) : 0;
    memcpy(Moved, Block, Old < Bytes ? Old : Bytes);
  }
  free(Block);
  return Moved;
}

} // extern "C"

} // namespace stm::rt
