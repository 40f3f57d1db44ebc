//===- tx/undo_log.cpp - before-images of what was overwritten --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/undo_log.h"

#include "tx/shared_copy.h"

namespace stm::rt {

bool UndoLog::grow() {
  auto *Fresh = static_cast<ChunkHeader *>(allocateLogMemory(ChunkBytes));
  if (!Fresh)
    return false;
  if (Chunk)
    Chunk->End = Next;
  Fresh->Older = Chunk;
  Chunk = Fresh;
  // empty() compares with First: it is the oldest chunk's start, so that a log
  // that has outgrown its first chunk is not taken for an empty one.
  if (!Fresh->Older)
    First = firstIn(Fresh);
  Next = firstIn(Fresh);
  Limit = reinterpret_cast<char *>(Fresh) + ChunkBytes;
  return true;
}

void UndoLog::undo() {
  for (ChunkHeader *C = Chunk; C; C = C->Older) {
    char *Begin = firstIn(C);
    char *At = C == Chunk ? Next : C->End;
    while (At != Begin) {
      auto *Record = reinterpret_cast<UndoRecord *>(At) - 1;
      copyIntoShared(Record->address(), Record->bytes(), Record->size());
      At = reinterpret_cast<char *>(Record) -
           UndoRecord::payload(Record->size());
    }
  }
  clear();
}

void UndoLog::freeOlder() {
  while (ChunkHeader *Older = Chunk->Older) {
    Chunk->Older = Older->Older;
    freeLogMemory(Older);
  }
  First = firstIn(Chunk);
}

} // namespace stm::rt
