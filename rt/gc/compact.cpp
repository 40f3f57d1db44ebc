//===- gc/compact.cpp - pruning the chain of one orec ---------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "gc/compact.h"

#include "base/test_point.h"
#include "base/wait.h"
#include "gc/statistics.h"
#include "version/chain.h"

#include <algorithm>

namespace stm::rt {

namespace {

/// Which bytes of its stripe a record covers.
uint32_t bytesOf(const UndoRecord &R) {
  uint64_t Bits = (uint64_t{1} << R.size()) - 1;
  return static_cast<uint32_t>(Bits << (R.start() % StripeBytes));
}

} // namespace

bool ChainCompactor::readChain(uint32_t Index, Timestamp Oldest) {
  Chain.clear();
  for (UndoRecord *R = OrecTable[Index].head();; R = R->next()) {
    if (STM_LATE_READ(R))
      return false;
    if (!Chain.push({R, timeOf(*R), false, nullptr}))
      return false;
    if (!R->goesOnBelow(Oldest))
      return true;
  }
}

void awaitCompaction(const Orec &O) {
  if (O.load() != OrecWord::collectors())
    return;
  PauseTimer Pause;
  Waiter Wait;
  do
    Wait.pause();
  while (O.load() == OrecWord::collectors());
}

ChainCompactor::Cover *ChainCompactor::coverOf(uintptr_t Stripe) {
  for (Cover &C : Covers)
    if (C.Stripe == Stripe)
      return &C;
  return Covers.push({Stripe, 0}) ? &Covers.back() : nullptr;
}

bool ChainCompactor::chooseKept(const ActiveSnapshots &Active) {
  size_t Interval = ~size_t{0};
  if (STM_MUTATION(PruneNewest))
    std::reverse(Chain.begin(), Chain.end());
  for (Entry *E = Chain.end(); E-- != Chain.begin();) {
    if (E->Time > Active.horizon() && !STM_MUTATION(HorizonIgnored)) {
      E->Kept = true; // A snapshot that we don't know of may need it.
      continue;
    }
    if (size_t Mine = Active.intervalOf(E->Time);
        Mine != Interval && !STM_MUTATION(PruneAcrossIntervals)) {
      Interval = Mine;
      Covers.clear();
    }
    Cover *C = coverOf(E->Record->start() / StripeBytes);
    if (!C)
      return false;
    uint32_t Bytes = STM_MUTATION(PruneWholeStripes) ? 1 : bytesOf(*E->Record);
    E->Kept = (Bytes & ~C->Bytes) != 0;
    C->Bytes |= Bytes;
  }
  if (STM_MUTATION(PruneNewest))
    std::reverse(Chain.begin(), Chain.end());
  return true;
}

bool ChainCompactor::copyKept(Timestamp Horizon) {
  for (Entry &E : Chain) {
    if (!E.Kept || E.Record->isOld() || E.Time > Horizon)
      continue;
    E.Copy = Old.copy(*E.Record, E.Time);
    if (E.Copy)
      continue;
    for (Entry *Back = &E; Back-- != Chain.begin();)
      if (Back->Copy)
        Old.takeBack(Back->Copy);
    return false;
  }
  return true;
}

void ChainCompactor::relink(uint32_t Index, uint64_t Grace) {
  UndoRecord *Below = nullptr;
  uint64_t Copied = 0;
  for (Entry *E = Chain.end(); E-- != Chain.begin();) {
    if (!E->Kept) {
      if (E->Record->isOld())
        Old.drop(OldRecord::of(*E->Record), Grace);
      continue;
    }
    UndoRecord *R = E->Record;
    if (E->Copy) {
      R = &E->Copy->Record;
      ++Copied;
    }
    if (R->next() != Below)
      R->setNext(Below);
    Below = R;
  }
  OrecTable[Index].setHead(Below);
  GcStats.Promoted.fetch_add(Copied, std::memory_order_relaxed);
}

Compaction ChainCompactor::compact(uint32_t Index,
                                   const ActiveSnapshots &Active,
                                   uint64_t Grace) {
  Orec &O = OrecTable[Index];
  OrecWord Word = O.load();
  if (Word.isLocked())
    return Compaction::Busy;
  if (Word.timestamp() <= Active.oldest())
    return Compaction::Done; // Whatever is there is nobody's.
  STM_TEST_POINT(CompactBeforeLock);
  if (!O.tryLock(Word, OrecWord::collectors()))
    return Compaction::Busy;
  STM_TEST_POINT(CompactLocked);
  bool HasMemory = readChain(Index, Active.oldest()) && chooseKept(Active) &&
                   copyKept(Active.horizon());
  if (HasMemory || STM_MUTATION(RelinkedAnyway))
    relink(Index, Grace);
  O.release(STM_MUTATION(CompactedAnew) ? Clock.now() : Word.timestamp());
  return HasMemory ? Compaction::Done : Compaction::OutOfMemory;
}

} // namespace stm::rt
