//===- tx/captured.cpp - memory that a snapshot allocated -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/captured.h"

namespace stm::rt {

bool CapturedMemory::add(const void *Block, size_t Bytes) {
  if (!Blocks) {
    void *Memory = allocateLogMemory(sizeof(Map));
    if (!Memory)
      return false;
    Blocks = new (Memory) Map;
  }
  auto Begin = reinterpret_cast<uintptr_t>(Block);
  try {
    (*Blocks)[Begin] = Bytes;
  } catch (const std::bad_alloc &) {
    return false;
  }
  LastBegin = Begin;
  LastBytes = Bytes;
  return true;
}

bool CapturedMemory::remove(const void *Block) {
  auto Begin = reinterpret_cast<uintptr_t>(Block);
  if (LastBegin == Begin)
    LastBytes = 0;
  return Blocks && Blocks->erase(Begin) != 0;
}

bool CapturedMemory::containsSlow(const void *Address) {
  auto At = reinterpret_cast<uintptr_t>(Address);
  if (At - LastBegin < LastBytes)
    return true;
  auto Next = Blocks->upper_bound(At);
  if (Next == Blocks->begin())
    return false;
  --Next;
  if (At - Next->first >= Next->second)
    return false;
  LastBegin = Next->first;
  LastBytes = Next->second;
  return true;
}

void CapturedMemory::clearSlow() {
  Blocks->~Map();
  freeLogMemory(Blocks);
  Blocks = nullptr;
  LastBytes = 0;
}

} // namespace stm::rt
