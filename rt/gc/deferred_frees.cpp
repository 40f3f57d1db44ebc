//===- gc/deferred_frees.cpp - frees that snapshots hold up ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/deferred_frees.h"

#include "base/spin_lock.h"
#include "base/test_point.h"
#include "gc/statistics.h"
#include "version/snapshots.h"

#include <algorithm>
#include <malloc.h>
#include <mutex>

/// LeakSanitizer's, where the program is built for it or for AddressSanitizer.
extern "C" __attribute__((weak)) void
__lsan_register_root_region(const void *Begin, size_t Bytes);
extern "C" __attribute__((weak)) void
__lsan_unregister_root_region(const void *Begin, size_t Bytes);

namespace stm::rt {

namespace {

struct Entry {
  AllocatedBlock Block;
  Timestamp Time;
  size_t Bytes;
};

/// A queue in blocks of a page each; times only grow along it.
struct Page {
  static constexpr size_t Bytes = 4096;
  static constexpr size_t Capacity =
      (Bytes - sizeof(Page *) - 2 * sizeof(uint32_t)) / sizeof(Entry);

  Page *Next;
  uint32_t First;
  uint32_t End;
  Entry Entries[Capacity];
};
static_assert(sizeof(Page) <= Page::Bytes);

constinit SpinLock Lock;
constinit Page *Oldest = nullptr;
constinit Page *Newest = nullptr;
constinit Timestamp NewestTime = 0;
constinit std::atomic<size_t> Count{0};
constinit std::atomic<size_t> BytesHeld{0};

size_t sizeOf(const AllocatedBlock &Block) {
  if (Block.Bytes)
    return Block.Bytes;
  return Block.How == Deallocator::Free ? malloc_usable_size(Block.Block) : 0;
}

/// What waits is not lost: it is found here.
Page *newPage() {
  void *P = allocateLogMemory(sizeof(Page));
  if (P && __lsan_register_root_region)
    __lsan_register_root_region(P, sizeof(Page));
  return static_cast<Page *>(P);
}
void freePage(Page *P) {
  if (__lsan_unregister_root_region)
    __lsan_unregister_root_region(P, sizeof(Page));
  freeLogMemory(P);
}

/// With the lock. False: no memory.
bool push(const Entry &E) {
  if (!Newest || Newest->End == Page::Capacity) {
    Page *P = newPage();
    if (!P)
      return false;
    P->Next = nullptr;
    P->First = P->End = 0;
    (Newest ? Newest->Next : Oldest) = P;
    Newest = P;
  }
  Newest->Entries[Newest->End++] = E;
  return true;
}

constinit __thread bool Releasing = false;

bool isEmpty() { return !Oldest || Oldest->First == Oldest->End; }

/// With the lock; not empty.
Entry pop() {
  Entry E = Oldest->Entries[Oldest->First++];
  if (isEmpty()) {
    if (Page *Done = Oldest; Done != Newest) {
      Oldest = Done->Next;
      freePage(Done);
    } else {
      Done->First = Done->End = 0;
    }
  }
  return E;
}

} // namespace

void deferFree(const AllocatedBlock &Block, Timestamp Time) {
  if (STM_MUTATION(FreesNotDeferred))
    return Block.release();
  Entry E{Block, Time, sizeOf(Block)};
  STM_TEST_POINT(DeferBeforePush);
  {
    std::lock_guard Guard(Lock);
    NewestTime = E.Time = std::max(Time, NewestTime);
    if (!push(E))
      return;
    Count.fetch_add(1, std::memory_order_relaxed);
    BytesHeld.fetch_add(E.Bytes, std::memory_order_relaxed);
  }
  GcStats.DeferredFrees.fetch_add(1, std::memory_order_relaxed);
  // The last snapshot may have ended since the caller has seen one, and have
  // found nothing that waited.
  arch::fenceAfterRmw();
  if (!Versioning.hasSnapshots() && !STM_MUTATION(DeferredForgotten))
    Versioning.leaveWork();
}

bool isReleasingDeferred() { return Releasing; }

bool hasDeferredFrees() { return Count.load(std::memory_order_relaxed) != 0; }
size_t deferredBytes() { return BytesHeld.load(std::memory_order_relaxed); }

bool releaseDeferredFrees(Timestamp OldestSnapshot, size_t Most) {
  if (!hasDeferredFrees())
    return false;
  constexpr size_t Batch = 64;
  Entry Ready[Batch];
  size_t Taken = 0;
  bool More = false;
  {
    std::lock_guard Guard(Lock);
    while (!isEmpty() &&
           Oldest->Entries[Oldest->First].Time <= OldestSnapshot) {
      if (Taken == std::min(Most, Batch)) {
        More = true;
        break;
      }
      Ready[Taken++] = pop();
    }
    Count.fetch_sub(Taken, std::memory_order_relaxed);
  }
  bool WasReleasing = Releasing;
  Releasing = true;
  for (size_t I = 0; I != Taken; ++I) {
    BytesHeld.fetch_sub(Ready[I].Bytes, std::memory_order_relaxed);
    Ready[I].Block.release();
  }
  Releasing = WasReleasing;
  return More;
}

void lockDeferredFreesForFork() { Lock.lock(); }
void unlockDeferredFreesAfterFork() { Lock.unlock(); }

} // namespace stm::rt
