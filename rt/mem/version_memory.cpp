//===- mem/version_memory.cpp - memory for superseded versions ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/version_memory.h"

#include "base/test_point.h"
#include "mem/log_memory.h"

#include <atomic>

namespace stm::rt {

namespace {

constinit std::atomic<size_t> Chunks{0};
constinit std::atomic<size_t> Old{0};

char *startOf(OldRecord *R) {
  return reinterpret_cast<char *>(R) - UndoRecord::payload(R->Record.size());
}

} // namespace

UndoChunk *allocateChunk() {
  void *Memory =
      allocateLogMemory(UndoChunk::Bytes, LogArena::Young, UndoChunk::Bytes);
  if (Memory)
    Chunks.fetch_add(UndoChunk::Bytes, std::memory_order_relaxed);
  return static_cast<UndoChunk *>(Memory);
}

void freeChunk(UndoChunk *C) {
  Chunks.fetch_sub(UndoChunk::Bytes, std::memory_order_relaxed);
  STM_POISON(C, UndoChunk::Bytes);
  freeLogMemory(C, LogArena::Young);
}

OldRecord *allocateOldRecord(size_t Payload) {
  size_t Bytes = Payload + sizeof(OldRecord);
  void *Memory = allocateLogMemory(Bytes, LogArena::Old, alignof(OldRecord));
  if (!Memory)
    return nullptr;
  Old.fetch_add(Bytes, std::memory_order_relaxed);
  return reinterpret_cast<OldRecord *>(static_cast<char *>(Memory) + Payload);
}

void freeOldRecord(OldRecord *R) {
  char *Start = startOf(R);
  Old.fetch_sub(reinterpret_cast<char *>(R + 1) - Start,
                std::memory_order_relaxed);
  STM_POISON(R, sizeof(OldRecord));
  freeLogMemory(Start, LogArena::Old);
}

size_t chunkBytes() { return Chunks.load(std::memory_order_relaxed); }
size_t oldBytes() { return Old.load(std::memory_order_relaxed); }

void purgeVersionMemory() {
  purgeLogMemory(LogArena::Young);
  purgeLogMemory(LogArena::Old);
}

} // namespace stm::rt
