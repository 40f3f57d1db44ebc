//===- report/merge.cpp - the facts of all threads together -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/merge.h"

#include "base/options.h"
#include "report/object.h"
#include "report/ticks.h"

// It brings a constructor function into each file that includes it: only here.
#include "stm/stm.h"

namespace stm::rt {

using namespace __sanitizer;

static_assert(int(ConflictKind::ReadLocked) == STM_ABORT_READ_LOCKED);
static_assert(int(ConflictKind::WriteLocked) == STM_ABORT_WRITE_LOCKED);
static_assert(int(ConflictKind::Validation) == STM_ABORT_VALIDATION);
static_assert(int(ConflictKind::Inevitable) == STM_ABORT_INEVITABLE);
static_assert(int(ConflictKind::Resources) == STM_ABORT_RESOURCES);
static_assert(int(ConflictKind::MemoryLimit) == STM_ABORT_MEMORY_LIMIT);
static_assert(int(ConflictKind::Cancelled) == STM_ABORT_CANCELLED);
static_assert(int(ConflictKind::Retry) == STM_ABORT_RETRY);

void CountValues::add(const CountValues &Other) {
#define STM_COUNTER(Field, Name) Field += Other.Field;
#include "report/counters.inc"
  Unrecorded += Other.Unrecorded;
  Commits += Other.Commits;
  AttachedTicks += Other.AttachedTicks;
  LostTicks += Other.LostTicks;
  InevitableTicks += Other.InevitableTicks;
  WaitTicks += Other.WaitTicks;
  GcTicks += Other.GcTicks;
  UsefulTicks += Other.UsefulTicks;
}

void TimeBuckets::add(const TimeBuckets &Other) {
  Useful += Other.Useful;
  Lost += Other.Lost;
  Waiting += Other.Waiting;
  Inevitable += Other.Inevitable;
  Gc += Other.Gc;
  Outside += Other.Outside;
}

TimeBuckets bucketsOf(const CountValues &Thread) {
  TimeBuckets Time = {0,
                      Thread.LostTicks,
                      Thread.WaitTicks,
                      Thread.InevitableTicks,
                      Thread.GcTicks,
                      0};
  uint64_t Measured = Time.total();
  // A fact may be newer than the look at the clock.
  uint64_t Rest =
      Thread.AttachedTicks - Min<uint64_t>(Thread.AttachedTicks, Measured);
  Time.Useful = Min<uint64_t>(Thread.UsefulTicks, Rest);
  Time.Outside = Rest - Time.Useful;
  return Time;
}

namespace {

/// Of a thread: the rest of the report has the sums.
constexpr uint32_t MaxEventsInJson = 1000;

CountValues valuesOf(const ThreadFacts &Facts) {
  const Counters &C = Facts.Counts;
  CountValues Values = {};
#define STM_COUNTER(Field, Name) Values.Field = C.Field.get();
#include "report/counters.inc"
  Values.Unrecorded = C.Unrecorded.get();
  Values.LostTicks = C.LostTicks.get();
  Values.InevitableTicks = C.InevitableTicks.get();
  Values.WaitTicks = C.WaitTicks.get();
  Values.GcTicks = C.GcTicks.get();
  Values.AttachedTicks = Facts.attachedTicks();
  Values.Number = Facts.number();
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
    if (!Merged->Totals.Count)
      *Merged = Entry;
    else
      Merged->add(Entry);
  });
}

} // namespace

MergedFacts::MergedFacts(FactsSource Source, VersionFactsSource VersionSource) {
  if (VersionSource)
    VersionSource(Versions);
  forgetThreads();
  Source([](ThreadFacts &Facts,
            void *Self) { static_cast<MergedFacts *>(Self)->add(Facts); },
         this);
}

MergedFacts::~MergedFacts() {
  Conflicts.clear();
  Inevitables.clear();
  Blocks.clear();
  Writers.clear();
}

void MergedFacts::add(ThreadFacts &Facts) {
  CountValues Values = valuesOf(Facts);
  noteThread(Facts.threadPointer(), Values.Number);
  if (Facts.Lock.lockWithPatience()) {
    mergeTable(Facts.Conflicts, Conflicts, OtherConflicts);
    mergeTable(Facts.Inevitables, Inevitables, OtherInevitables);
    FactTotals NoRoom{};
    mergeTable(Facts.Writers, Writers, NoRoom);
    OtherConflicts.add(Facts.OtherConflicts);
    OtherInevitables.add(Facts.OtherInevitables);
    uint32_t Most = options().Format == ReportFormat::Json
                        ? MaxEventsInJson
                        : Timeline::MaxEvents;
    Facts.Events.forEach(Most, [&](const Event &E) {
      ThreadEvent Numbered;
      static_cast<Event &>(Numbered) = E;
      Numbered.Thread = Values.Number;
      Events.push_back(Numbered);
    });
    Values.UsefulTicks = addBlocks(Facts, Values.Commits);
    Facts.Lock.unlock();
  } else {
    Incomplete = true;
  }
  if (Values.Commits || Values.Aborts || Values.Inevitable)
    Threads.push_back(Values);
  Sum.add(Values);
}

/// Samples stand for all commits up to the newest of them: those since then are
/// taken to be like them. Returns the useful ticks of all blocks.
uint64_t MergedFacts::addBlocks(const ThreadFacts &Facts, uint64_t Commits) {
  uint64_t Known = Facts.OtherBlocks.Executions;
  Facts.Blocks.forEach(
      [&](const BlockEntry &Entry) { Known += Entry.Executions; });
  double Factor =
      Known ? static_cast<double>(Commits) / static_cast<double>(Known) : 0;
  auto Scale = [&](uint64_t &Value) {
    Value = static_cast<uint64_t>(static_cast<double>(Value) * Factor + 0.5);
  };
  uint64_t Useful = Facts.OtherBlocks.UsefulTicks;
  Scale(Useful);
  Facts.Blocks.forEach([&](const BlockEntry &Entry) {
    BlockEntry Scaled = Entry;
    Scale(Scaled.Executions);
    Scale(Scaled.UsefulTicks);
    Useful += Scaled.UsefulTicks;
    if (BlockEntry *Merged = Blocks.findOrInsert(Entry.Key)) {
      if (Merged->Totals.Count)
        Merged->add(Scaled);
      else
        *Merged = Scaled;
    }
  });
  return Useful;
}

uint64_t MergedFacts::ticksOf(uint64_t Victims) const {
  uint64_t Ticks = 0;
  for (const CountValues &Thread : Threads)
    if (Victims >> (Thread.Number % 64) & 1)
      Ticks += Thread.AttachedTicks;
  return Ticks;
}

bool findWriter(FactsSource Source, uintptr_t Pc, stm_site &Block) {
  struct Search {
    uintptr_t Pc;
    stm_site &Block;
    bool IsFound;
  } What = {Pc, Block, false};
  Source(
      [](ThreadFacts &Facts, void *Arg) {
        auto &What = *static_cast<Search *>(Arg);
        if (What.IsFound || !Facts.Lock.lockWithPatience())
          return;
        if (const WriterEntry *Writer = Facts.Writers.find({What.Pc})) {
          What.Block = Writer->Block;
          What.IsFound = true;
        }
        Facts.Lock.unlock();
      },
      &What);
  return What.IsFound;
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
