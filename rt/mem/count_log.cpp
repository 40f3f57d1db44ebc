//===- mem/count_log.cpp - references that a transaction takes --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/count_log.h"

#include "base/check.h"

#include <cstring>

namespace stm::rt {

namespace {

/// So many rows are searched one by one.
constexpr size_t FewRows = 8;

} // namespace

uint32_t &CountLog::slotFor(const void *Object) const {
  size_t I = (reinterpret_cast<uintptr_t>(Object) >> 4) * 0x9e3779b97f4a7c15;
  for (I >>= 32;; ++I) {
    uint32_t &Slot = Slots[I & (SlotCount - 1)];
    if (!Slot || Rows.begin()[Slot - 1].Object == Object)
      return Slot;
  }
}

/// Makes an index with room for twice the rows. False: no memory.
bool CountLog::index() {
  size_t Count = FewRows * 4;
  while (Count < Rows.size() * 4)
    Count *= 2;
  auto *New = static_cast<uint32_t *>(
      allocateLogMemory(Count * sizeof(uint32_t), /*Zeroed=*/true));
  if (!New)
    return false;
  if (Slots)
    freeLogMemory(Slots);
  Slots = New;
  SlotCount = Count;
  for (uint32_t Row = 0; Row != Rows.size(); ++Row)
    slotFor(Rows.begin()[Row].Object) = Row + 1;
  return true;
}

CountRow *CountLog::findRow(const void *Object) const {
  if (Slots) {
    uint32_t Slot = slotFor(Object);
    return Slot ? &Rows.begin()[Slot - 1] : nullptr;
  }
  for (CountRow &Row : Rows)
    if (Row.Object == Object)
      return &Row;
  return nullptr;
}

const CountRow *CountLog::find(const void *Object) const {
  return findRow(Object);
}

CountRow *CountLog::row(void *Object, DropReferences Drop) {
  if (CountRow *Row = findRow(Object))
    return Row;
  if (!Rows.push({Object, Drop, {}, {}, nullptr}))
    return nullptr;
  if (Slots && Rows.size() * 2 <= SlotCount) {
    slotFor(Object) = static_cast<uint32_t>(Rows.size());
  } else if (Rows.size() > FewRows && !index()) {
    Rows.pop();
    return nullptr;
  }
  return &Rows.back();
}

namespace {
/// What the transaction has changed is as it was at \p Then; what the count
/// itself has by now is owed.
CountChange undone(CountChange Now, CountChange Then) {
  return {Then.Added, Now.Added + Now.Owed - Then.Added, Then.Released};
}
} // namespace

bool CountLog::mark(Mark &Here) {
  Here = {Rows.size(), Marked.size()};
  for (const CountRow &Row : Rows) {
    MarkedRow Now = {Row, {}};
    if (Row.NewCounts)
      memcpy(Now.Counts, Row.NewCounts, Row.NewBytes);
    if (!Marked.push(Now)) {
      release(Here);
      return false;
    }
  }
  return true;
}

void CountLog::undoTo(const Mark &Back) {
  for (size_t I = 0; I != Rows.size(); ++I) {
    CountRow &Row = Rows.begin()[I];
    if (I >= Back.Rows) {
      Row.Use = undone(Row.Use, {});
      Row.Weak = undone(Row.Weak, {});
      continue;
    }
    const MarkedRow &Then = Marked.begin()[Back.FirstMarked + I];
    if (Then.Row.NewCounts) {
      memcpy(Then.Row.NewCounts, Then.Counts, Then.Row.NewBytes);
      Row = Then.Row;
    } else {
      Row.Use = undone(Row.Use, Then.Row.Use);
      Row.Weak = undone(Row.Weak, Then.Row.Weak);
    }
  }
}

void CountLog::release(const Mark &Here) {
  Marked.truncate(Marked.begin() + Here.FirstMarked);
}

void CountLog::settle(bool Committed) {
  for (const CountRow &Row : Rows) {
    uint32_t Uses = Row.Use.toDrop(Committed);
    uint32_t Weaks = Row.Weak.toDrop(Committed);
    // What was made by this attempt is undone, or its counts are right.
    if (!Row.NewCounts && (Uses || Weaks) &&
        !Queue.push({Row.Object, Row.Drop, Uses, Weaks}))
      reportOutOfMemory("references to drop", sizeof(Pending));
  }
  Rows.clear();
  Rows.shrink();
  Marked.clear();
  Marked.shrink();
  if (Slots) {
    freeLogMemory(Slots);
    Slots = nullptr;
  }
  if (IsSettling)
    return;
  IsSettling = true;
  while (Settled != Queue.size()) {
    Pending Next = Queue.begin()[Settled++];
    Next.Drop(Next.Object, Next.Uses, Next.Weaks);
  }
  IsSettling = false;
  Settled = 0;
  Queue.clear();
  Queue.shrink();
}

} // namespace stm::rt
