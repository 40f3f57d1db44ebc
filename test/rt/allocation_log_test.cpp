//===- rt/allocation_log_test.cpp - malloc and free of a transaction ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/allocation_log.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <new>
#include <vector>

using namespace stm::rt;

namespace {

/// Blocks given back through operator delete, in order, while it is set.
std::vector<void *> *Given = nullptr;
AllocationLog *UsedAgain = nullptr;
void *AlsoFreed = nullptr;

} // namespace

void operator delete(void *Block) noexcept {
  if (std::vector<void *> *To = Given) {
    Given = nullptr; // Its own growth doesn't count.
    To->push_back(Block);
    if (UsedAgain && AlsoFreed) {
      void *Next = AlsoFreed;
      AlsoFreed = nullptr;
      UsedAgain->noteFree({Next, 0, 0, Deallocator::Delete});
    }
    Given = To;
  }
  free(Block);
}
void operator delete(void *Block, size_t) noexcept { operator delete(Block); }
void *operator new(size_t Bytes) {
  void *Block = malloc(Bytes ? Bytes : 1);
  if (!Block)
    abort();
  return Block;
}

namespace {

class AllocationLogTest : public ::testing::Test {
protected:
  AllocationLogTest() { Released.reserve(1000); }
  ~AllocationLogTest() override { UsedAgain = nullptr; }

  /// Notes what goes back meanwhile, and nothing else.
  void rollBack() {
    Given = &Released;
    Log.finishRollBack(Log.startRollBack(),
                       [](const AllocatedBlock &B) { B.release(); });
    Given = nullptr;
  }
  void releaseFreed() {
    Given = &Released;
    Log.releaseFreed();
    Given = nullptr;
  }
  static AllocatedBlock block(void *Block) {
    return {Block, 0, 0, Deallocator::Delete};
  }
  AllocationLog Log;
  std::vector<void *> Released;
};

TEST_F(AllocationLogTest, RollbackGivesBackTheNewestFirst) {
  void *A = operator new(8), *B = operator new(8), *C = operator new(8);
  for (void *Block : {A, B, C})
    ASSERT_TRUE(Log.noteAllocation(block(Block)));
  rollBack();
  EXPECT_EQ(Released, (std::vector<void *>{C, B, A}));
  rollBack();
  EXPECT_EQ(Released.size(), 3u);
}

TEST_F(AllocationLogTest, CommitKeepsAllocations) {
  void *A = operator new(8);
  ASSERT_TRUE(Log.noteAllocation(block(A)));
  Log.commit();
  rollBack();
  EXPECT_TRUE(Released.empty());
  operator delete(A);
}

TEST_F(AllocationLogTest, FreesWaitForRelease) {
  void *A = operator new(8), *B = operator new(8);
  ASSERT_TRUE(Log.noteFree(block(A)));
  ASSERT_TRUE(Log.noteFree(block(B)));
  Log.commit();
  EXPECT_TRUE(Released.empty());
  EXPECT_TRUE(Log.hasFrees());
  releaseFreed();
  EXPECT_EQ(Released.size(), 2u);
  EXPECT_FALSE(Log.hasFrees());
}

TEST_F(AllocationLogTest, RollbackForgetsFrees) {
  void *A = operator new(8);
  ASSERT_TRUE(Log.noteFree(block(A)));
  rollBack();
  EXPECT_FALSE(Log.hasFrees());
  EXPECT_TRUE(Released.empty());
  operator delete(A);
}

TEST_F(AllocationLogTest, ForgottenAllocationsSurviveTheRollback) {
  void *A = operator new(8), *B = operator new(8), *C = operator new(8);
  for (void *Block : {A, B, C})
    ASSERT_TRUE(Log.noteAllocation(block(Block)));
  Log.forgetAllocation(B);
  Log.forgetAllocation(&Log); // Not there: nothing happens.
  rollBack();
  EXPECT_EQ(Released, (std::vector<void *>{C, A}));
  operator delete(B);
}

TEST_F(AllocationLogTest, ADeallocatorMayFreeMore) {
  void *A = operator new(8);
  AlsoFreed = operator new(8);
  void *Second = AlsoFreed;
  UsedAgain = &Log;
  ASSERT_TRUE(Log.noteFree(block(A)));
  releaseFreed();
  EXPECT_EQ(Released, std::vector<void *>{A});
  EXPECT_TRUE(Log.hasFrees());
  releaseFreed();
  EXPECT_EQ(Released, (std::vector<void *>{A, Second}));
}

TEST_F(AllocationLogTest, ManyBlocks) {
  constexpr size_t Count = 500;
  for (size_t I = 0; I != Count; ++I)
    ASSERT_TRUE(Log.noteAllocation(block(operator new(8))));
  rollBack();
  EXPECT_EQ(Released.size(), Count);
}

TEST_F(AllocationLogTest, SaysWhenItCannotGrow) {
  failLogMemoryAfterForTesting(0);
  int Block;
  EXPECT_FALSE(Log.noteAllocation(block(&Block)));
  EXPECT_FALSE(Log.noteFree(block(&Block)));
  failLogMemoryAfterForTesting(-1);
  EXPECT_FALSE(Log.hasFrees());
  rollBack();
  EXPECT_TRUE(Released.empty());
}

TEST_F(AllocationLogTest, EveryKindGoesBackTheWayItCame) {
  auto Align = std::align_val_t(64);
  // Under AddressSanitizer a mismatch ends the program.
  AllocatedBlock All[] = {
      {malloc(8), 0, 0, Deallocator::Free},
      {operator new(8), 0, 0, Deallocator::Delete},
      {operator new[](8), 0, 0, Deallocator::DeleteArray},
      {operator new(8), 8, 0, Deallocator::DeleteSized},
      {operator new[](8), 8, 0, Deallocator::DeleteArraySized},
      {operator new(8, Align), 0, 64, Deallocator::DeleteAligned},
      {operator new[](8, Align), 0, 64, Deallocator::DeleteArrayAligned},
      {operator new(8, Align), 8, 64, Deallocator::DeleteSizedAligned},
      {operator new[](8, Align), 8, 64, Deallocator::DeleteArraySizedAligned},
  };
  for (const AllocatedBlock &Block : All)
    ASSERT_TRUE(Log.noteFree(Block));
  releaseFreed();
#if __has_feature(address_sanitizer) // It has its own for arrays.
  constexpr size_t Ours = 2;
#else
  constexpr size_t Ours = 4; // The unaligned operators.
#endif
  EXPECT_EQ(Released.size(), Ours);
}

} // namespace
