//===- report/stack_store.cpp - call stacks, each kept once -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Words in chunks that are mapped on demand. A stack is a header, {id of the
// next in its bucket, size}, and its return addresses; its id is the index of
// its header counted over all chunks, plus 1.
//
//===----------------------------------------------------------------------===//

#include "report/stack_store.h"

#include "report/facts.h"
#include "report/sanitizer.h"

#include <algorithm>
#include <cstring>

namespace stm::rt {

namespace {

constexpr uint32_t ChunkWords = 8192; // 64 KB
constexpr uint32_t MaxChunks = 64;    // 4 MB, some ten thousand stacks
constexpr uint32_t NumBuckets = 1024;
static_assert(MaxStackDepth < ChunkWords);

struct Header {
  uint32_t Next; ///< Id of the next stack in the bucket; 0: none.
  uint32_t Size;
};
static_assert(sizeof(Header) == sizeof(uintptr_t));

FactLock StoreLock;
// Atomic, for getStack reads it without the lock.
std::atomic<uintptr_t *> Chunks[MaxChunks];
uint32_t NumChunks, UsedInLastChunk;
uint32_t Buckets[NumBuckets];

uintptr_t *wordsOf(uint32_t Id) {
  // Acquire: pairs with the release in newStack, so that the chunk is mapped.
  // The words themselves are ordered by how the reader got the id: under the
  // lock of the facts that hold it.
  return Chunks[(Id - 1) / ChunkWords].load(std::memory_order_acquire) +
         (Id - 1) % ChunkWords;
}

Header &headerOf(uint32_t Id) {
  return *reinterpret_cast<Header *>(wordsOf(Id));
}

uint32_t bucketOf(const uintptr_t *Pcs, uint32_t Size) {
  uint64_t Hash = Size;
  for (uint32_t I = 0; I != Size; ++I)
    Hash = (Hash ^ Pcs[I]) * 0x9e3779b97f4a7c15u;
  return static_cast<uint32_t>(Hash >> 32) % NumBuckets;
}

/// Room for a header and \p Size words; 0 if there is none.
uint32_t newStack(uint32_t Size) {
  if (!NumChunks || UsedInLastChunk + 1 + Size > ChunkWords) {
    if (NumChunks == MaxChunks)
      return 0;
    void *Memory = mapFactMemory(ChunkWords * sizeof(uintptr_t));
    if (!Memory)
      return 0;
    Chunks[NumChunks++].store(static_cast<uintptr_t *>(Memory),
                              std::memory_order_release);
    UsedInLastChunk = 0;
  }
  uint32_t Id = (NumChunks - 1) * ChunkWords + UsedInLastChunk + 1;
  UsedInLastChunk += 1 + Size;
  return Id;
}

} // namespace

uint32_t putStack(const uintptr_t *Pcs, uint32_t Size) {
  Size = std::min(Size, MaxStackDepth);
  if (!Size || !StoreLock.lockWithPatience())
    return 0;
  uint32_t &Bucket = Buckets[bucketOf(Pcs, Size)];
  uint32_t Id = Bucket;
  // Neither memcmp nor memcpy: ThreadSanitizer sees their arguments, but not
  // StoreLock.
  while (Id && (headerOf(Id).Size != Size ||
                __sanitizer::internal_memcmp(wordsOf(Id) + 1, Pcs,
                                             Size * sizeof(*Pcs)) != 0))
    Id = headerOf(Id).Next;
  if (!Id && (Id = newStack(Size))) {
    headerOf(Id) = {Bucket, Size};
    __sanitizer::internal_memcpy(wordsOf(Id) + 1, Pcs, Size * sizeof(*Pcs));
    Bucket = Id;
  }
  StoreLock.unlock();
  return Id;
}

StoredStack getStack(uint32_t Id) {
  if (!Id)
    return {nullptr, 0};
  return {wordsOf(Id) + 1, headerOf(Id).Size};
}

void lockStackStore() { StoreLock.lock(); }
void unlockStackStore() { StoreLock.unlock(); }

} // namespace stm::rt
