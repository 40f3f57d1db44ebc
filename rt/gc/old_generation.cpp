//===- gc/old_generation.cpp - versions that outlive their chunks ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/old_generation.h"

#include "base/check.h"
#include "base/shared_copy.h"
#include "gc/statistics.h"
#include "mem/version_memory.h"

#include <algorithm>

namespace stm::rt {

OldRecord *OldGeneration::copy(const UndoRecord &Young, Timestamp Time) {
  size_t Payload = UndoRecord::payload(Young.size());
  OldRecord *R = allocateOldRecord(Payload);
  if (!R)
    return nullptr;
  copyFromShared(reinterpret_cast<char *>(R) - Payload, Young.bytes(), Payload);
  R->Record.Where = Young.Where | UndoRecord::OldBit;
  R->Record.Previous = Young.Previous;
  R->Record.Link = 0;
  R->Time = Time;
  R->DroppedIn = 0;
  R->NextOld = First;
  // A sweep that stands at the list's front must not go over it again.
  if (Cursor == &First)
    Cursor = &R->NextOld;
  First = R;
  Newest = std::max(Newest, Time);
  return R;
}

void OldGeneration::takeBack(OldRecord *Copy) {
  STM_DCHECK(First == Copy);
  if (Cursor == &Copy->NextOld)
    Cursor = &First;
  First = Copy->NextOld;
  freeOldRecord(Copy);
}

void OldGeneration::freeAt(OldRecord **Place) {
  OldRecord *R = *Place;
  *Place = R->NextOld;
  --Dropped;
  freeOldRecord(R);
  GcStats.ReclaimedOld.fetch_add(1, std::memory_order_relaxed);
}

} // namespace stm::rt
