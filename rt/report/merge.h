//===- report/merge.h - the facts of all threads together -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_MERGE_H
#define STM_RT_REPORT_MERGE_H

#include "report/facts.h"
#include "report/sanitizer.h"

namespace stm::rt {

/// The counters of a descriptor, or their sum.
struct CountValues {
#define STM_COUNTER(Field, Name) uint64_t Field;
#include "report/counters.inc"
  uint64_t Unrecorded;
  uint64_t AttachedTicks;
  uint64_t LostTicks;
  uint64_t InevitableTicks;
  uint64_t WaitTicks;
  uint64_t GcTicks;
  uint64_t UsefulTicks; ///< Estimated from samples.
  uint64_t Commits;     ///< Updates and ReadOnly.
  uint32_t Number;      ///< Of the descriptor; 0: of several.

  void add(const CountValues &Other);
};

/// Where a thread's time went, in ticks. All but Useful and Outside is measured
/// as it happens; Useful is estimated, and Outside of transactions is what is
/// left.
struct TimeBuckets {
  uint64_t Useful, Lost, Waiting, Inevitable, Gc, Outside;

  uint64_t total() const {
    return Useful + Lost + Waiting + Inevitable + Gc + Outside;
  }
  void add(const TimeBuckets &Other);
};
TimeBuckets bucketsOf(const CountValues &Thread);

struct ThreadEvent : Event {
  uint32_t Thread;
};

/// A copy of all threads' facts, taken while they go on.
class MergedFacts {
public:
  explicit MergedFacts(FactsSource Source,
                       VersionFactsSource Versions = nullptr);
  ~MergedFacts();
  MergedFacts(const MergedFacts &) = delete;
  MergedFacts &operator=(const MergedFacts &) = delete;

  static constexpr unsigned MaxConflicts = 1 << 15;
  static constexpr unsigned MaxInevitable = 1 << 12;
  static constexpr unsigned MaxBlocks = 1 << 12;
  static constexpr unsigned MaxWriters = 1 << 12;

  CountValues Sum{};
  /// By descriptor, those that have run a transaction.
  __sanitizer::InternalMmapVector<CountValues> Threads;
  FactTable<ConflictEntry, MaxConflicts> Conflicts;
  FactTable<InevitableEntry, MaxInevitable> Inevitables;
  FactTable<BlockEntry, MaxBlocks> Blocks;
  FactTable<WriterEntry, MaxWriters> Writers;
  /// The newest of each thread, thread by thread; if they are wanted.
  __sanitizer::InternalMmapVector<ThreadEvent> Events;
  FactTotals OtherConflicts{};
  FactTotals OtherInevitables{};
  VersionFacts Versions{};
  bool Incomplete = false; ///< A descriptor's lock could not be had.

  /// The time attached of the threads in ConflictEntry::Victims.
  uint64_t ticksOf(uint64_t Victims) const;

private:
  void add(ThreadFacts &Facts);
  uint64_t addBlocks(const ThreadFacts &Facts, uint64_t Commits);
};

inline bool ranksBefore(const FactTotals &A, const FactTotals &B) {
  return A.Ticks != B.Ticks ? A.Ticks > B.Ticks : A.Count > B.Count;
}

/// Copies of a table's entries, most time first, then most often.
template <class EntryT, unsigned Max>
void rank(const FactTable<EntryT, Max> &Table,
          __sanitizer::InternalMmapVector<EntryT> &Ranked) {
  Table.forEach([&](const EntryT &Entry) { Ranked.push_back(Entry); });
  __sanitizer::Sort(Ranked.data(), Ranked.size(),
                    [](const EntryT &A, const EntryT &B) {
                      return ranksBefore(A.Totals, B.Totals);
                    });
}

} // namespace stm::rt

#endif // STM_RT_REPORT_MERGE_H
