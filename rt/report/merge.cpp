//===- report/merge.cpp - the facts of all threads together -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/merge.h"

#include "report/ticks.h"

// It brings a constructor function into each file that includes it: only here.
#include "stm/stm.h"

namespace stm::rt {

static_assert(int(ConflictKind::ReadLocked) == STM_ABORT_READ_LOCKED);
static_assert(int(ConflictKind::WriteLocked) == STM_ABORT_WRITE_LOCKED);
static_assert(int(ConflictKind::Validation) == STM_ABORT_VALIDATION);
static_assert(int(ConflictKind::Inevitable) == STM_ABORT_INEVITABLE);
static_assert(int(ConflictKind::Resources) == STM_ABORT_RESOURCES);
static_assert(int(ConflictKind::MemoryLimit) == STM_ABORT_MEMORY_LIMIT);

void CountValues::add(const CountValues &Other) {
#define STM_COUNTER(Field, Name) Field += Other.Field;
#include "report/counters.inc"
  Unrecorded += Other.Unrecorded;
  Commits += Other.Commits;
  AttachedTicks += Other.AttachedTicks;
}

namespace {

CountValues valuesOf(const ThreadFacts &Facts) {
  const Counters &C = Facts.Counts;
  CountValues Values = {
#define STM_COUNTER(Field, Name) C.Field.get(),
#include "report/counters.inc"
      C.Unrecorded.get(), Facts.attachedTicks(), 0};
  Values.Commits = Values.Updates + Values.ReadOnly;
  if (!Values.AttachedTicks && (Values.Commits || Values.Aborts))
    Values.AttachedTicks = ticksSinceStart();
  return Values;
}

template <class EntryT, unsigned FromMax, unsigned ToMax>
void mergeTable(const FactTable<EntryT, FromMax> &From,
                FactTable<EntryT, ToMax> &To, FactTotals &Other) {
  From.forEach([&](const EntryT &Entry) {
    EntryT *Merged = To.findOrInsert(Entry.Key);
    if (!Merged) {
      Other.Count += Entry.Totals.Count;
      Other.Ticks += Entry.Totals.Ticks;
      return;
    }
    FactTotals Totals = Merged->Totals;
    Totals.add(Entry.Totals);
    *Merged = Entry;
    Merged->Totals = Totals;
  });
}

} // namespace

MergedFacts::MergedFacts(FactsSource Source, VersionFactsSource VersionSource) {
  if (VersionSource)
    VersionSource(Versions);
  Source([](ThreadFacts &Facts,
            void *Self) { static_cast<MergedFacts *>(Self)->add(Facts); },
         this);
}

MergedFacts::~MergedFacts() {
  Conflicts.clear();
  Inevitables.clear();
}

void MergedFacts::add(ThreadFacts &Facts) {
  CountValues Values = valuesOf(Facts);
  if (Values.Commits || Values.Aborts || Values.Inevitable)
    Threads.push_back(Values);
  Sum.add(Values);
  if (!Facts.Lock.lockWithPatience()) {
    Incomplete = true;
    return;
  }
  mergeTable(Facts.Conflicts, Conflicts, OtherConflicts);
  mergeTable(Facts.Inevitables, Inevitables, OtherInevitables);
  OtherConflicts.add(Facts.OtherConflicts);
  OtherInevitables.add(Facts.OtherInevitables);
  Facts.Lock.unlock();
}

void sumCounters(FactsSource Source, stm_stats &Stats) {
  Stats = {};
  Source(
      [](ThreadFacts &Facts, void *Arg) {
        auto &Stats = *static_cast<stm_stats *>(Arg);
        CountValues Values = valuesOf(Facts);
        Stats.commits += Values.Commits;
#define STM_COUNTER(Field, Name) Stats.Name += Values.Field;
#include "report/counters.inc"
      },
      &Stats);
}

} // namespace stm::rt
