//===- report/text_versions.cpp - snapshots and versions in words ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A full report has everything, if there were snapshots at all. A summary has
// the part that explains what is out of the ordinary: much memory is held, a
// snapshot was ended for it, or a collection kept a thread from its work.
//
//===----------------------------------------------------------------------===//

#include "report/text.h"

namespace stm::rt {

using namespace __sanitizer;

namespace {

constexpr uint64_t BytesWorthALine = uint64_t{4} << 20;
constexpr double PauseWorthALine = 10e6; // ns

unsigned long long ull(uint64_t Value) { return Value; }

class VersionsWriter {
public:
  VersionsWriter(InternalScopedString &Out, const ReportRows &Rows,
                 const TextStyle &Style)
      : Out(Out), Rows(Rows), Versions(Rows.Facts.Versions), Style(Style),
        ShowsMemory(Style.Full || Versions.Ended ||
                    Versions.heldBytes() >= BytesWorthALine),
        ShowsPauses(Style.Full || nanoseconds(Versions.LongestPauseTicks) >=
                                      PauseWorthALine) {}

  void write() {
    if (!hadSnapshots() || (!ShowsMemory && !ShowsPauses))
      return;
    Out.AppendF("==%d== %ssnapshots and versions:%s\n", Style.Pid,
                Style.Color ? "\033[1m" : "", Style.Color ? "\033[0m" : "");
    writeSnapshots();
    if (Style.Full)
      writeVersions();
    if (ShowsMemory) {
      writeMemory();
      writeRunning();
      writeLongest();
      writeEnded();
    }
    if (Style.Full)
      writeCollections();
    if (ShowsPauses)
      writePauses();
  }

private:
  bool hadSnapshots() const {
    const CountValues &Sum = Rows.Facts.Sum;
    return Sum.Snapshots || Sum.SnapshotAborts || Sum.VersionsCreated ||
           Versions.RunningCount || Versions.Ended;
  }

  void writeSnapshots();
  void writeVersions();
  void writeMemory();
  void writeRunning();
  void writeLongest();
  void writeEnded();
  void writeCollections();
  void writePauses();

  double nanoseconds(uint64_t Ticks) const {
    return static_cast<double>(Ticks) * Style.NanosecondsPerTick;
  }
  void appendTicks(uint64_t Ticks) { appendDuration(Out, nanoseconds(Ticks)); }
  void appendSnapshot(const SnapshotFact &Snapshot) {
    appendBlock(Out, Snapshot.Block);
    appendThread(Out, Snapshot.Thread);
  }
  void beginLine() { Out.AppendF("==%d==   ", Style.Pid); }

  InternalScopedString &Out;
  const ReportRows &Rows;
  const VersionFacts &Versions;
  const TextStyle &Style;
  bool ShowsMemory, ShowsPauses;
};

void VersionsWriter::writeSnapshots() {
  const CountValues &Sum = Rows.Facts.Sum;
  beginLine();
  Out.AppendF("snapshots: %llu committed, %llu started again",
              ull(Sum.Snapshots), ull(Sum.SnapshotAborts));
  if (Versions.Ended)
    Out.AppendF(", %llu ended by memory_limit_mb", ull(Versions.Ended));
  Out.Append("\n");
}

void VersionsWriter::writeVersions() {
  uint64_t Created = Rows.Facts.Sum.VersionsCreated;
  uint64_t Reclaimed = Versions.reclaimed();
  beginLine();
  Out.AppendF("versions: %llu created, %llu live, %llu promoted; reclaimed: "
              "%llu young, %llu old\n",
              ull(Created), ull(Created > Reclaimed ? Created - Reclaimed : 0),
              ull(Versions.Promoted), ull(Versions.ReclaimedYoung),
              ull(Versions.ReclaimedOld));
}

void VersionsWriter::writeMemory() {
  beginLine();
  Out.Append("held now: ");
  appendBytes(Out, Versions.YoungBytes);
  Out.Append(" in young chunks, ");
  appendBytes(Out, Versions.OldBytes);
  Out.AppendF(" in the old generation; %llu frees had to wait, ",
              ull(Versions.DeferredFrees));
  appendBytes(Out, Versions.DeferredBytes);
  Out.Append(" still do\n");
  if (!Versions.MostBytes)
    return;
  beginLine();
  Out.Append("held at most: ");
  appendBytes(Out, Versions.MostBytes);
  if (Versions.OldestAtMost.Ticks) {
    Out.Append("; the oldest snapshot then: ");
    appendSnapshot(Versions.OldestAtMost);
    Out.Append(", after ");
    appendTicks(Versions.OldestAtMost.Ticks);
  }
  Out.Append("\n");
}

void VersionsWriter::writeRunning() {
  if (!Versions.RunningCount)
    return;
  beginLine();
  Out.Append("running snapshots, oldest first; versions since then are kept "
             "for them:\n");
  uint32_t Shown = Min(Versions.RunningCount, VersionFacts::MaxRunning);
  for (uint32_t I = 0; I != Shown; ++I) {
    const SnapshotFact &Snapshot = Versions.Running[I];
    beginLine();
    Out.AppendF("  %u. for ", I + 1);
    appendTicks(Snapshot.Ticks);
    Out.Append(": ");
    appendSnapshot(Snapshot);
    if (Snapshot.IsEnded)
      Out.Append(", ended by memory_limit_mb: only frees wait for it");
    Out.Append("\n");
  }
  if (Versions.RunningCount != Shown) {
    beginLine();
    Out.AppendF("  and %u newer\n", Versions.RunningCount - Shown);
  }
}

void VersionsWriter::writeLongest() {
  if (!Versions.Longest.Ticks)
    return;
  beginLine();
  Out.Append("the longest that has ended took ");
  appendTicks(Versions.Longest.Ticks);
  Out.Append(": ");
  appendSnapshot(Versions.Longest);
  Out.Append("\n");
}

/// Usually a conflict tells of it. There is none if the snapshot read nothing
/// any more, or hasn't yet.
void VersionsWriter::writeEnded() {
  for (uint32_t I = 0; I != Versions.EndedBlockCount; ++I) {
    const EndedSnapshotsFact &Ended = Versions.EndedBlocks[I];
    bool IsConflict = false;
    for (const ConflictRow *Row : Rows.Conflicts)
      IsConflict |= endedSnapshotsOf(Rows, *Row) == &Ended;
    if (IsConflict)
      continue;
    beginLine();
    Out.Append("ended by memory_limit_mb: ");
    appendBlock(Out, Ended.Block);
    appendThread(Out, Ended.Thread);
    Out.Append(", when ");
    appendBytes(Out, Ended.MostBytes);
    Out.Append(" were held\n");
  }
}

void VersionsWriter::writeCollections() {
  beginLine();
  Out.AppendF("collections: %llu minor, %llu major, ",
              ull(Versions.MinorCollections), ull(Versions.MajorCollections));
  appendTicks(Versions.CollectionTicks);
  Out.AppendF(" in all; a read went over %llu versions at most\n",
              ull(Versions.LongestChain));
}

void VersionsWriter::writePauses() {
  uint64_t Count = 0;
  for (uint64_t InBucket : Versions.Pauses)
    Count += InBucket;
  if (!Count)
    return;
  beginLine();
  Out.AppendF("pauses for collections: %llu, the longest ", ull(Count));
  appendTicks(Versions.LongestPauseTicks);
  Out.Append("\n");
  if (!Style.Full)
    return;
  for (unsigned I = 0; I != PauseBuckets; ++I) {
    if (!Versions.Pauses[I])
      continue;
    beginLine();
    Out.Append("  less than ");
    appendTicks(uint64_t{1} << I);
    Out.AppendF(": %llu\n", ull(Versions.Pauses[I]));
  }
}

} // namespace

void writeVersions(InternalScopedString &Out, const ReportRows &Rows,
                   const TextStyle &Style) {
  VersionsWriter(Out, Rows, Style).write();
}

const EndedSnapshotsFact *endedSnapshotsOf(const ReportRows &Rows,
                                           const ConflictRow &Row) {
  if (Row.Entry.Key.Kind != ConflictKind::MemoryLimit)
    return nullptr;
  const VersionFacts &Versions = Rows.Facts.Versions;
  for (uint32_t I = 0; I != Versions.EndedBlockCount; ++I)
    if (sameBlock(Versions.EndedBlocks[I].Block, Row.Entry.Key.Block))
      return &Versions.EndedBlocks[I];
  return nullptr;
}

void appendThread(InternalScopedString &Out, uint32_t Thread) {
  if (Thread)
    Out.AppendF(" (thread id %u)", Thread);
}

void appendBytes(InternalScopedString &Out, uint64_t Bytes) {
  struct Unit {
    uint64_t Size;
    const char *Name;
  };
  constexpr Unit Units[] = {
      {uint64_t{1} << 30, "GB"}, {uint64_t{1} << 20, "MB"}, {1 << 10, "KB"}};
  for (const Unit &U : Units) {
    // Half of the last digit less, so that 1023.96 KB is 1.0 MB.
    if (Bytes + U.Size / 1024 / 20 < U.Size)
      continue;
    uint64_t Tenths = (Bytes * 10 + U.Size / 2) / U.Size;
    Out.AppendF("%llu.%llu %s", ull(Tenths / 10), ull(Tenths % 10), U.Name);
    return;
  }
  Out.AppendF("%llu bytes", ull(Bytes));
}

} // namespace stm::rt
