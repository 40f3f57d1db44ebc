//===- rt/memory_wraps_test.cpp - malloc, new and their undoing -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx_testing.h"

#include <cerrno>
#include <cstdlib>
#include <malloc.h>
#include <new>

using namespace stm::rt;
using namespace stm::rt::testing;

namespace {

/// Blocks of 1000 bytes, which nothing else here allocates.
constexpr size_t Watched = 1000;
std::atomic<int> Live{0};
std::atomic<int> Released{0};
uint64_t Deallocations = 0; // Counted in transactions.
bool DeallocatorsRunTransactions = false;

void *allocate(size_t Bytes, size_t Align = 16) {
  void *Block = aligned_alloc(Align, (Bytes + Align - 1) / Align * Align);
  if (!Block)
    abort();
  Live += Bytes == Watched;
  return Block;
}

void release(void *Block) {
  if (!Block)
    return;
  size_t Usable = malloc_usable_size(Block);
  if (Usable >= Watched && Usable < Watched + 100) {
    --Live;
    ++Released;
    if (DeallocatorsRunTransactions)
      atomically([] { write(Deallocations, read(Deallocations) + 1); });
  }
  free(Block);
}

} // namespace

void *operator new(size_t Bytes) { return allocate(Bytes); }
void *operator new[](size_t Bytes) { return allocate(Bytes); }
void *operator new(size_t Bytes, std::align_val_t Align) {
  return allocate(Bytes, static_cast<size_t>(Align));
}
void *operator new(size_t Bytes, const std::nothrow_t &) noexcept {
  return Bytes == Watched * 1000 ? nullptr : allocate(Bytes);
}
void operator delete(void *Block) noexcept { release(Block); }
void operator delete[](void *Block) noexcept { release(Block); }
void operator delete(void *Block, size_t) noexcept { release(Block); }
void operator delete[](void *Block, size_t) noexcept { release(Block); }
void operator delete(void *Block, std::align_val_t) noexcept { release(Block); }
void operator delete(void *Block, size_t, std::align_val_t) noexcept {
  release(Block);
}

namespace {

class MemoryWrapsTest : public Counting {
protected:
  MemoryWrapsTest() {
    Live = 0;
    Released = 0;
  }
  ~MemoryWrapsTest() override { DeallocatorsRunTransactions = false; }
};

TEST_F(MemoryWrapsTest, RollbackTakesAllocationsBack) {
  void *Block = nullptr, *Array = nullptr, *Aligned = nullptr;
  atomically([&] {
    if (CurrentTx->Attempts)
      EXPECT_EQ(Live, 0);
    Block = __stm_wrap__Znwm(Watched);
    Array = __stm_wrap__Znam(Watched);
    Aligned = __stm_wrap__ZnwmSt11align_val_t(Watched, 64);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(Aligned) % 64, 0u);
    if (!CurrentTx->Attempts) {
      EXPECT_EQ(Live, 3);
      rollBackNow();
    }
  });
  EXPECT_EQ(Live, 3);
  operator delete(Block);
  operator delete[](Array);
  operator delete(Aligned, std::align_val_t(64));
}

TEST_F(MemoryWrapsTest, FreesTakeEffectAtCommit) {
  void *Block = operator new(Watched);
  atomically([&] {
    __stm_wrap__ZdlPv(Block);
    EXPECT_EQ(Released, 0);
  });
  EXPECT_EQ(Released, 1);
}

TEST_F(MemoryWrapsTest, RollbackForgetsFrees) {
  void *Block = operator new(Watched);
  atomically([&] {
    if (CurrentTx->Attempts)
      return;
    __stm_wrap__ZdlPvm(Block, Watched);
    rollBackNow();
  });
  EXPECT_EQ(Released, 0);
  operator delete(Block);
}

TEST_F(MemoryWrapsTest, AllocatedAndFreedInOneTransaction) {
  atomically([&] {
    void *Block = __stm_wrap__Znwm(Watched);
    __stm_wrap__ZdlPv(Block);
    if (!CurrentTx->Attempts)
      rollBackNow();
  });
  EXPECT_EQ(Live, 0);
  EXPECT_EQ(Released, 2); // Once in each attempt.
}

TEST_F(MemoryWrapsTest, FreeOfNullDoesNothing) {
  atomically([&] {
    __stm_wrap_free(nullptr);
    __stm_wrap__ZdlPv(nullptr);
    EXPECT_FALSE(CurrentTx->Allocations.hasFrees());
  });
}

TEST_F(MemoryWrapsTest, InevitableTransactionsFreeAtOnce) {
  void *Block = operator new(Watched);
  atomically([&] {
    stm_become_inevitable("test");
    __stm_wrap__ZdlPv(Block);
    EXPECT_EQ(Released, 1);
  });
  EXPECT_EQ(Released, 1);
}

TEST_F(MemoryWrapsTest, WhatWasFreedBeforeBecomingInevitableIsFreedOnce) {
  void *Block = operator new(Watched);
  atomically([&] {
    __stm_wrap__ZdlPv(Block);
    stm_become_inevitable("test");
  });
  EXPECT_EQ(Released, 1);
}

TEST_F(MemoryWrapsTest, OutsideTransactionsTheyAreThePlainFunctions) {
  void *Block = __stm_wrap__Znwm(Watched);
  EXPECT_EQ(Live, 1);
  __stm_wrap__ZdlPv(Block);
  EXPECT_EQ(Live, 0);
  Block = __stm_wrap_realloc(__stm_wrap_calloc(10, 10), 500);
  EXPECT_EQ(static_cast<char *>(Block)[99], 0);
  __stm_wrap_free(Block);
}

TEST_F(MemoryWrapsTest, DeallocatorsMayRunTransactionsAfterCommit) {
  void *A = operator new(Watched), *B = operator new(Watched);
  DeallocatorsRunTransactions = true;
  Deallocations = 0;
  atomically([&] {
    __stm_wrap__ZdlPv(A);
    __stm_wrap__ZdlPv(B);
  });
  EXPECT_EQ(Deallocations, 2u);
  EXPECT_EQ(Released, 2);
}

TEST_F(MemoryWrapsTest, DeallocatorsMayRunTransactionsInARollback) {
  DeallocatorsRunTransactions = true;
  Deallocations = 0;
  Cell X;
  atomically([&] {
    if (CurrentTx->Attempts) {
      EXPECT_EQ(read(X.Value), 0u);
      write(X.Value, 2);
      return;
    }
    write(X.Value, 1);
    __stm_wrap__Znwm(Watched);
    rollBackNow();
  });
  EXPECT_EQ(Deallocations, 1u);
  EXPECT_EQ(X.Value, 2u);
}

TEST_F(MemoryWrapsTest, NothrowNewMayFail) {
  void *Block = nullptr;
  atomically([&] {
    EXPECT_EQ(__stm_wrap__ZnwmRKSt9nothrow_t(Watched * 1000, &std::nothrow),
              nullptr);
    Block = __stm_wrap__ZnwmRKSt9nothrow_t(Watched, &std::nothrow);
    EXPECT_NE(Block, nullptr);
    if (!CurrentTx->Attempts)
      rollBackNow();
  });
  EXPECT_EQ(Released, 1);
  EXPECT_EQ(Live, 1);
  operator delete(Block);
}

TEST_F(MemoryWrapsTest, MallocMayFail) {
  void *Huge = &Huge;
  size_t Impossible = ~size_t{0} >> 1;
  asm("" : "+r"(Impossible));
  atomically([&] { Huge = __stm_wrap_malloc(Impossible); });
  EXPECT_EQ(Huge, nullptr);
  atomically([&] { Huge = __stm_wrap_calloc(Impossible, 16); });
  EXPECT_EQ(Huge, nullptr);
}

TEST_F(MemoryWrapsTest, FailedReallocLeavesTheBlock) {
  auto *Block = static_cast<char *>(malloc(10));
  Block[0] = 'a';
  size_t Impossible = ~size_t{0} >> 1;
  asm("" : "+r"(Impossible));
  atomically([&] {
    EXPECT_EQ(__stm_wrap_realloc(Block, Impossible), nullptr);
    EXPECT_FALSE(CurrentTx->Allocations.hasFrees());
  });
  EXPECT_EQ(Block[0], 'a');
  free(Block);
}

TEST_F(MemoryWrapsTest, ReallocMovesAndKeepsTheOldUntilCommit) {
  auto *Block = static_cast<char *>(malloc(100));
  for (int I = 0; I != 100; ++I)
    Block[I] = static_cast<char>(I);
  char *Grown = nullptr;
  atomically([&] {
    auto *Moved = static_cast<char *>(__stm_wrap_realloc(Block, 300));
    EXPECT_NE(Moved, Block);
    for (int I = 0; I != 100; ++I) {
      EXPECT_EQ(Moved[I], I);
      EXPECT_EQ(Block[I], I);
    }
    if (!CurrentTx->Attempts)
      rollBackNow(); // The old one must still be there.
    Grown = Moved;
  });
  EXPECT_EQ(Grown[99], 99);
  free(Grown);
}

TEST_F(MemoryWrapsTest, ReallocSeesTransactionalWrites) {
  auto *Block = static_cast<char *>(malloc(16));
  Block[3] = 1;
  char *Grown = nullptr;
  atomically([&] {
    __stm_write_u8(Block + 3, 2);
    Grown = static_cast<char *>(__stm_wrap_realloc(Block, 32));
    EXPECT_EQ(Grown[3], 2);
  });
  free(Grown);
}

TEST_F(MemoryWrapsTest, ReallocOfNullAllocates) {
  void *Block = nullptr;
  atomically([&] { Block = __stm_wrap_realloc(nullptr, 10); });
  EXPECT_NE(Block, nullptr);
  free(Block);
}

TEST_F(MemoryWrapsTest, CallocIsZero) {
  atomically([&] {
    auto *Block = static_cast<char *>(__stm_wrap_calloc(7, 11));
    for (int I = 0; I != 77; ++I)
      EXPECT_EQ(Block[I], 0);
    __stm_wrap_free(Block);
  });
}

TEST_F(MemoryWrapsTest, AlignedAllocationsAreAligned) {
  void *Block = nullptr;
  atomically([&] {
    Block = __stm_wrap_aligned_alloc(256, 512);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(Block) % 256, 0u);
    __stm_wrap_free(Block);
  });
}

TEST_F(MemoryWrapsTest, PosixMemalignWritesItsResultTransactionally) {
  void *Result = this;
  atomically([&] {
    if (CurrentTx->Attempts) {
      EXPECT_EQ(Result, this);
      return;
    }
    EXPECT_EQ(__stm_wrap_posix_memalign(&Result, 64, 100), 0);
    rollBackNow();
  });
  EXPECT_EQ(Result, this);
  atomically([&] {
    EXPECT_EQ(__stm_wrap_posix_memalign(&Result, 3, 100), EINVAL);
    EXPECT_EQ(Result, this);
    EXPECT_EQ(__stm_wrap_posix_memalign(&Result, 128, 100), 0);
  });
  EXPECT_EQ(reinterpret_cast<uintptr_t>(Result) % 128, 0u);
  free(Result);
}

} // namespace
