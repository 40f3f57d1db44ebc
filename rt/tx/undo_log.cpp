//===- tx/undo_log.cpp - before-images of what was overwritten ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/undo_log.h"

namespace stm::rt {

void UndoLog::startSegment(char *At) {
  First = Next = reinterpret_cast<UndoSegment *>(At)->records();
}

bool UndoLog::grow(bool Versioned) {
  UndoChunk *Fresh = Retired.takeChunk();
  if (!Fresh)
    return false;
  Fresh->Older = nullptr;
  Fresh->Versions = 0;
  Fresh->Counted = 0;
  Fresh->PromotedBytes = 0;
  bool InTheMiddle = !empty();
  if (InTheMiddle) {
    Chunk->End = Next;
    Fresh->Older = Chunk;
    if (Versioned)
      Fresh->firstSegment()->Status.forwardTo(status());
  } else if (Chunk) {
    Chunk->End = First - sizeof(UndoSegment);
    retireOrFree(Chunk);
  }
  Chunk = Fresh;
  Limit = Fresh->limit() - sizeof(UndoSegment);
  // First stays where the attempt began, so that a log that has outgrown its
  // first chunk is not taken for an empty one.
  Next = Fresh->firstSegment()->records();
  if (!InTheMiddle) {
    First = Next;
    if (Versioned)
      status().startInFlight();
  }
  return true;
}

void UndoLog::linkAll() {
  // The log is read from its end, chains are built from the oldest record on:
  // the links are turned round first.
  UndoRecord *Oldest = nullptr;
  for (UndoChunk *C = Chunk; C; C = C->Older) {
    forEachRecordBackwards(beginIn(C), endIn(C), [&](UndoRecord &R) {
      R.Link = reinterpret_cast<uintptr_t>(Oldest);
      Oldest = &R;
      ++C->Versions;
    });
    if (C->Older)
      C->firstSegment()->Status.forwardTo(status());
  }
  for (UndoRecord *R = Oldest; R;) {
    auto *Newer = reinterpret_cast<UndoRecord *>(R->Link);
    UndoChunk *C = UndoChunk::of(R);
    linkRecord(*R, segmentIn(C).Status, R->orec());
    R = Newer;
  }
}

void UndoLog::retireOrFree(UndoChunk *C) {
  if (C->Versions)
    Retired.retire(C);
  else
    Retired.giveBack(C);
}

void UndoLog::dropOlder() {
  UndoChunk *C = Chunk->Older;
  Chunk->Older = nullptr;
  while (C) {
    UndoChunk *Older = C->Older;
    if (!Older) // The attempt began behind segments that stay.
      C->End = First - sizeof(UndoSegment);
    retireOrFree(C);
    C = Older;
  }
  First = Chunk->firstSegment()->records();
}

size_t UndoLog::retain(Timestamp Time) {
  size_t Retained = 0;
  UndoChunk *Reversed = nullptr;
  for (UndoChunk *C = Chunk; C;) {
    UndoChunk *Older = C->Older;
    segmentIn(C).End = endIn(C);
    Retained += C->Versions - C->Counted;
    C->Counted = C->Versions;
    // Chunks are reused one by one: none may refer to another from here on.
    if (Older)
      segmentIn(C).Status.setTime(Time);
    if (C != Chunk) {
      C->NextRetired = Reversed;
      Reversed = C;
    }
    C = Older;
  }
  Chunk->Older = nullptr;
  while (Reversed) {
    UndoChunk *Younger = Reversed->NextRetired;
    Retired.retire(Reversed);
    Reversed = Younger;
  }
  startSegment(Next);
  return Retained;
}

void UndoLog::abandon() {
  Next = Limit = First = nullptr;
  Chunk = nullptr;
  Retired.abandon();
}

} // namespace stm::rt
