//===- rt/undo_log_test.cpp - before-images ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/log_memory.h"
#include "tx/undo_log.h"

#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace stm::rt;

namespace {

void undoAll(UndoLog &Log) {
  Log.undo({}, [](uintptr_t) { return false; });
}

/// What the write barriers do, without locks. False if the chunk is full.
bool tryWrite(UndoLog &Log, void *To, const void *From, size_t Bytes) {
  UndoRecord *Record = Log.tryAppend(To, Bytes, OrecWord(5));
  if (!Record)
    return false;
  memcpy(const_cast<char *>(Record->bytes()), To, Bytes);
  memcpy(To, From, Bytes);
  return true;
}

void write(UndoLog &Log, void *To, const void *From, size_t Bytes) {
  while (!tryWrite(Log, To, From, Bytes))
    ASSERT_TRUE(Log.grow(false));
}

TEST(UndoLogTest, IsEmptyAtFirstAndAfterUndo) {
  UndoLog Log;
  EXPECT_TRUE(Log.empty());
  uint64_t Word = 1, Other = 2;
  write(Log, &Word, &Other, 8);
  EXPECT_FALSE(Log.empty());
  EXPECT_EQ(Word, 2u);
  undoAll(Log);
  Log.clear();
  EXPECT_TRUE(Log.empty());
  EXPECT_EQ(Word, 1u);
}

// What was logged of them: their stripes had the orec of one that was locked.
TEST(UndoLogTest, FramesThatAreGoneAreNotWritten) {
  UndoLog Log;
  static uint64_t Elsewhere = 1;
  uint64_t Gone = 1, Other = 2;
  write(Log, &Gone, &Other, 8);
  write(Log, &Elsewhere, &Other, 8);
  Log.undo({}, [&](uintptr_t Address) {
    return Address == reinterpret_cast<uintptr_t>(&Gone);
  });
  Log.clear();
  EXPECT_EQ(Gone, 2u);
  EXPECT_EQ(Elsewhere, 1u);
}

TEST(UndoLogTest, ClearKeepsWhatWasWritten) {
  UndoLog Log;
  uint64_t Word = 1, Other = 2;
  write(Log, &Word, &Other, 8);
  Log.clear();
  EXPECT_TRUE(Log.empty());
  undoAll(Log);
  Log.clear();
  EXPECT_EQ(Word, 2u);
}

TEST(UndoLogTest, RecordHoldsWhatAVersionNeeds) {
  UndoLog Log;
  ASSERT_TRUE(Log.grow(false));
  char Bytes[5] = {1, 2, 3, 4, 5};
  UndoRecord *Record = Log.tryAppend(Bytes, sizeof(Bytes), OrecWord(77));
  ASSERT_NE(Record, nullptr);
  EXPECT_EQ(Record->address(), Bytes);
  EXPECT_EQ(Record->size(), sizeof(Bytes));
  EXPECT_EQ(Record->Previous, 77u);
  Log.clear();
}

TEST(UndoLogTest, RestoresEverySizeByteExactly) {
  for (size_t Size = 1; Size <= 32; ++Size)
    for (size_t Offset = 0; Offset != 16; ++Offset) {
      UndoLog Log;
      alignas(16) unsigned char Memory[64], Before[64], New[64];
      for (unsigned I = 0; I != 64; ++I) {
        Before[I] = static_cast<unsigned char>(I + 1);
        New[I] = 0xee;
      }
      memcpy(Memory, Before, 64);
      write(Log, Memory + Offset, New, Size);
      // A neighbour's byte changes meanwhile, by somebody who may.
      Memory[Offset + Size] = Before[Offset + Size] = 0x77;
      undoAll(Log);
      Log.clear();
      ASSERT_EQ(memcmp(Memory, Before, 64), 0)
          << "size " << Size << " offset " << Offset;
    }
}

TEST(UndoLogTest, OverlappingRecordsAreUndoneNewestFirst) {
  UndoLog Log;
  std::mt19937 Next(1);
  unsigned char Memory[256], Before[256], New[32];
  for (unsigned I = 0; I != 256; ++I)
    Before[I] = static_cast<unsigned char>(Next());
  memcpy(Memory, Before, sizeof(Memory));
  for (int I = 0; I != 2000; ++I) {
    for (unsigned char &Byte : New)
      Byte = static_cast<unsigned char>(Next());
    size_t Size = 1 + Next() % 32;
    write(Log, Memory + Next() % (256 - Size), New, Size);
  }
  EXPECT_NE(memcmp(Memory, Before, sizeof(Memory)), 0);
  undoAll(Log);
  Log.clear();
  EXPECT_EQ(memcmp(Memory, Before, sizeof(Memory)), 0);
}

TEST(UndoLogTest, ReachesAcrossChunks) {
  UndoLog Log;
  constexpr size_t Words = 100000; // Of 32 bytes a record: 50 chunks.
  std::vector<uint64_t> Memory(Words, 7);
  uint64_t New = 8;
  for (uint64_t &Word : Memory)
    write(Log, &Word, &New, 8);
  EXPECT_FALSE(Log.empty());
  undoAll(Log);
  Log.clear();
  EXPECT_TRUE(Log.empty());
  EXPECT_EQ(Memory, std::vector<uint64_t>(Words, 7));
  // And can be used again.
  write(Log, &Memory[0], &New, 8);
  EXPECT_FALSE(Log.empty());
  undoAll(Log);
  Log.clear();
  EXPECT_EQ(Memory[0], 7u);
}

TEST(UndoLogTest, WithoutMemoryItStaysAsItWas) {
  UndoLog Log;
  uint64_t Memory[4096] = {}, New = 1;
  size_t Written = 0;
  ASSERT_TRUE(Log.grow(false));
  while (Written != 4096 && tryWrite(Log, &Memory[Written], &New, 8))
    ++Written;
  ASSERT_LT(Written, 4096u);
  failLogMemoryAfterForTesting(0);
  EXPECT_FALSE(Log.grow(false));
  failLogMemoryAfterForTesting(-1);
  EXPECT_FALSE(tryWrite(Log, &Memory[Written], &New, 8));
  undoAll(Log);
  Log.clear();
  for (uint64_t Word : Memory)
    EXPECT_EQ(Word, 0u);
}

} // namespace
