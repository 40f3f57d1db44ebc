//===- report/write_json.cpp - the report for programs --------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/write_json.h"

#include "report/json.h"
#include "report/ticks.h"

namespace stm::rt {

using namespace __sanitizer;

namespace {

const char *nameOf(ConflictKind Kind) {
  switch (Kind) {
  case ConflictKind::ReadLocked:
    return "read-write";
  case ConflictKind::WriteLocked:
    return "write-write";
  case ConflictKind::Validation:
    return "validation";
  case ConflictKind::Inevitable:
    return "inevitable";
  case ConflictKind::Resources:
    return "capacity";
  case ConflictKind::MemoryLimit:
    return "memory-limit";
  case ConflictKind::Cancelled:
    return "cancel";
  case ConflictKind::Retry:
    return "retry";
  }
  return nullptr;
}

const char *nameOf(Sharing S) {
  switch (S) {
  case Sharing::Unknown:
    return nullptr;
  case Sharing::SameBytes:
    return "same-bytes";
  case Sharing::SameStripe:
    return "same-stripe";
  case Sharing::HashCollision:
    return "hash-collision";
  }
  return nullptr;
}

const char *nameOf(ObjectKind Kind) {
  switch (Kind) {
  case ObjectKind::Unknown:
    return "unknown";
  case ObjectKind::Global:
    return "global";
  case ObjectKind::Heap:
    return "heap";
  case ObjectKind::Stack:
    return "stack";
  }
  return nullptr;
}

class ReportWriter {
public:
  ReportWriter(InternalScopedString &Out, const ReportRows &Rows,
               const JsonContext &Context)
      : J(Out), Rows(Rows), Facts(Rows.Facts), Context(Context) {}

  void write();

private:
  void writeThreads();
  void writeTotals();
  void writeBlocks();
  void writeConflict(const ConflictRow &Row);
  void writeInevitables();
  void writeGc();
  void writeTimeline();
  void writePin(const SnapshotFact &Snapshot, bool Running);

  void member(const char *Name, const TimeBuckets &Time);
  void member(const char *Name, const Spread &Values, uint64_t FurtherZeros);
  void member(const char *Name, const ObjectInfo &Object);
  void sideMember(const char *Name, const stm_site &Block, const Frames &Stack,
                  const Frames *Further);
  void blockMember(const char *Name, const stm_site &Block);
  void framesMember(const char *Name, const Frames &Stack,
                    const Frames *Further = nullptr);
  void write(const Frames &Stack);
  void knownMember(const char *Name, uint64_t Number) {
    if (Number)
      J.member(Name, Number);
    else
      J.memberNull(Name);
  }

  uint64_t nanoseconds(uint64_t Ticks) const {
    return static_cast<uint64_t>(
        static_cast<double>(Ticks) * Context.NanosecondsPerTick + 0.5);
  }

  uint64_t sinceStart(uint64_t Ticks) const {
    return nanoseconds(Ticks - Min<uint64_t>(Ticks, startOfTicks()));
  }

  JsonWriter J;
  const ReportRows &Rows;
  const MergedFacts &Facts;
  const JsonContext &Context;
};

void ReportWriter::write() {
  J.beginObject();
  J.member("schema", "stm-report/1");
  J.member("program", Context.Program);
  J.member("pid", static_cast<uint64_t>(Context.Pid));
  if (Context.Options)
    J.member("options", Context.Options);
  writeThreads();
  writeTotals();
  writeBlocks();
  J.arrayMember("conflicts");
  for (const ConflictRow *Row : Rows.Conflicts)
    writeConflict(*Row);
  for (const ConflictRow *Row : Rows.Intended)
    writeConflict(*Row);
  J.endArray();
  writeInevitables();
  writeGc();
  writeTimeline();
  J.endObject();
}

void ReportWriter::writeThreads() {
  J.arrayMember("threads");
  for (const CountValues &Thread : Facts.Threads) {
    TimeBuckets Time = bucketsOf(Thread);
    J.beginObject();
    J.member("id", Thread.Number);
    J.member("wall_ns", nanoseconds(Time.total()));
    J.member("commits", Thread.Commits);
    J.member("aborts", Thread.Aborts);
    J.member("inevitable", Thread.Inevitable);
    J.member("read_only", Thread.ReadOnly);
    member("time_ns", Time);
    J.endObject();
  }
  J.endArray();
}

void ReportWriter::writeTotals() {
  const CountValues &Sum = Facts.Sum;
  J.objectMember("totals");
  J.member("commits", Sum.Commits);
  J.member("aborts", Sum.Aborts);
  J.member("inevitable", Sum.Inevitable);
  J.member("snapshots", Sum.Snapshots);
  J.member("snapshot_aborts", Sum.SnapshotAborts);
  J.member("read_only", Sum.ReadOnly);
  J.member("extensions", Sum.Extensions);
  J.member("quiescence_waits", Sum.QuiescenceWaits);
  J.member("cancels", Sum.Cancels);
  J.member("retries", Sum.Retries);
  J.member("versions_created", Sum.VersionsCreated);
  J.member("validations", Sum.Validations);
  J.member("validated_reads", Sum.ValidatedReads);
  J.member("read_barriers", Sum.ReadBarriers);
  J.member("write_barriers", Sum.WriteBarriers);
  J.member("read_to_write_barriers", Sum.ReadToWriteBarriers);
  J.member("range_barriers", Sum.RangeBarriers);
  J.member("paired_stores", Sum.PairedStores);
  J.member("covered_accesses", Sum.CoveredAccesses);
  J.member("fresh_accesses", Sum.FreshAccesses);
  J.member("constant_reads", Sum.ConstantReads);
  J.member("private_accesses", Sum.PrivateAccesses);
  J.member("lent_accesses", Sum.LentAccesses);
  J.member("unwritten_reads", Sum.UnwrittenReads);
  J.member("unrecorded", Sum.Unrecorded + Rows.OtherConflicts.Count +
                             Rows.OtherInevitables.Count);
  J.member("suppressed",
           Rows.SuppressedConflicts.Count + Rows.SuppressedInevitables.Count);
  TimeBuckets Time{};
  for (const CountValues &Thread : Facts.Threads)
    Time.add(bucketsOf(Thread));
  member("time_ns", Time);
  J.endObject();
}

void ReportWriter::writeBlocks() {
  J.arrayMember("blocks");
  for (const BlockRow *Row : Rows.Blocks) {
    const BlockEntry &Block = Row->Entry;
    J.beginObject();
    blockMember("name", Block.Key.Block);
    J.member("file", Block.Key.Block.file);
    J.member("line", Block.Key.Block.line);
    uint64_t Executions = Max(Block.Executions, Block.Retried);
    J.member("executions", Executions);
    J.member("commits", Executions);
    J.member("aborts", Block.Aborts);
    J.member("inevitable", Block.Inevitable);
    member("retries", Block.Retries, Executions - Block.Retried);
    member("read_set", Block.Reads, 0);
    member("write_set", Block.Writes, 0);
    member("time_ns",
           TimeBuckets{Block.UsefulTicks, Block.LostTicks, Block.WaitTicks,
                       Block.InevitableTicks, Block.GcTicks, 0});
    J.endObject();
  }
  J.endArray();
}

void ReportWriter::writeConflict(const ConflictRow &Row) {
  const ConflictEntry &Entry = Row.Entry;
  Sharing Shares = Row.sharing();
  J.beginObject();
  J.member("kind", nameOf(Entry.Key.Kind));
  J.key("false_sharing");
  if (Shares == Sharing::Unknown)
    J.null();
  else
    J.boolean(Shares != Sharing::SameBytes);
  J.member("sharing", nameOf(Shares));
  J.key("silent_store");
  if (Row.effect() == StoreEffect::Unknown)
    J.null();
  else
    J.boolean(Row.effect() == StoreEffect::Silent);
  J.member("count", Entry.Totals.Count);
  J.member("lost_ns", nanoseconds(Entry.Totals.Ticks));
  sideMember("victim", Entry.Key.Block, Row.Victim, nullptr);
  sideMember("culprit", Row.CulpritBlock, Row.Culprit, &Row.CulpritEntry);
  if (Row.Object.Address)
    member("object", Row.Object);
  else
    J.memberNull("object");
  J.member("advice", Row.advice());
  J.key("predicted_gain");
  if (isIntended(Entry.Key.Kind))
    J.null();
  else
    J.fraction(Row.predictedGain(Facts));
  J.endObject();
}

void ReportWriter::writeInevitables() {
  J.arrayMember("inevitable");
  for (const InevitableRow *Row : Rows.Inevitables) {
    J.beginObject();
    J.member("reason", Row->Entry.Key.Reason);
    J.member("count", Row->Entry.Totals.Count);
    J.member("time_ns", nanoseconds(Row->Entry.Totals.Ticks));
    J.member("advice", Row->advice());
    blockMember("block", Row->Entry.Key.Block);
    framesMember("stack", Row->Where);
    J.endObject();
  }
  J.endArray();
}

void ReportWriter::writeGc() {
  const VersionFacts &V = Facts.Versions;
  J.objectMember("gc");
  J.member("minor_collections", V.MinorCollections);
  J.member("major_collections", V.MajorCollections);
  J.member("time_ns", nanoseconds(V.CollectionTicks));
  J.member("longest_pause_ns", nanoseconds(V.LongestPauseTicks));
  J.member("promoted", V.Promoted);
  J.member("reclaimed", V.reclaimed());
  J.member("held_bytes", V.heldBytes());
  J.member("most_bytes", V.MostBytes);
  J.member("ended_snapshots", V.Ended);
  J.arrayMember("pinned_by");
  uint32_t Running = Min(V.RunningCount, VersionFacts::MaxRunning);
  for (uint32_t I = 0; I != Running; ++I)
    writePin(V.Running[I], true);
  if (V.OldestAtMost.Ticks)
    writePin(V.OldestAtMost, false);
  J.endArray();
  J.endObject();
}

void ReportWriter::writeTimeline() {
  J.arrayMember("timeline");
  for (const ThreadEvent &E : Facts.Events) {
    J.beginObject(JsonWriter::InOneLine);
    J.member("thread", E.Thread);
    J.member("kind", nameOf(E.Kind));
    J.member("begin_ns", sinceStart(E.Began));
    J.member("end_ns", sinceStart(E.Ended));
    blockMember("block", E.Block);
    knownMember("culprit_thread", E.CulpritThread);
    J.endObject();
  }
  J.endArray();
}

void ReportWriter::writePin(const SnapshotFact &Snapshot, bool Running) {
  J.beginObject(JsonWriter::InOneLine);
  blockMember("block", Snapshot.Block);
  J.member("thread", Snapshot.Thread);
  J.member("time_ns", nanoseconds(Snapshot.Ticks));
  J.memberBoolean("running", Running);
  J.endObject();
}

void ReportWriter::member(const char *Name, const TimeBuckets &Time) {
  J.objectMember(Name, JsonWriter::InOneLine);
  J.member("useful", nanoseconds(Time.Useful));
  J.member("lost", nanoseconds(Time.Lost));
  J.member("waiting", nanoseconds(Time.Waiting));
  J.member("inevitable", nanoseconds(Time.Inevitable));
  J.member("gc", nanoseconds(Time.Gc));
  J.member("outside", nanoseconds(Time.Outside));
  J.endObject();
}

void ReportWriter::member(const char *Name, const Spread &Values,
                          uint64_t FurtherZeros) {
  if (!Values.total() && !FurtherZeros)
    return J.memberNull(Name);
  J.objectMember(Name, JsonWriter::InOneLine);
  J.member("p50", Values.percentile(50, FurtherZeros));
  J.member("p95", Values.percentile(95, FurtherZeros));
  J.member("max", Values.max());
  J.endObject();
}

void ReportWriter::member(const char *Name, const ObjectInfo &Object) {
  J.objectMember(Name);
  J.member("kind", nameOf(Object.Kind));
  J.member("name", Object.Name);
  if (Object.Size)
    J.member("offset", Object.Offset);
  else
    J.memberNull("offset");
  if (Object.Size)
    J.member("size", Object.Size);
  if (Object.AllocatedAt) {
    Frames Stack;
    Stack.appendStack(Object.AllocatedAt);
    framesMember("allocated_at", Stack);
  } else {
    J.memberNull("allocated_at");
  }
  if (Object.Function) {
    J.member("function", Object.Function);
    J.objectMember("frame");
    J.member("from_sp", Object.Frame.FromSp);
    J.key("from_fp");
    J.signedValue(Object.Frame.FromFp);
    J.member("from_cfa", Object.Frame.FromCfa);
    J.endObject();
  }
  J.member("address", Object.Address);
  J.member("module", Object.Module);
  knownMember("module_offset", Object.ModuleOffset);
  J.endObject();
}

void ReportWriter::sideMember(const char *Name, const stm_site &Block,
                              const Frames &Stack, const Frames *Further) {
  J.objectMember(Name);
  blockMember("block", Block);
  framesMember("stack", Stack, Further);
  J.endObject();
}

void ReportWriter::blockMember(const char *Name, const stm_site &Block) {
  if (!Block.name && !Block.file)
    return J.memberNull(Name);
  InternalScopedString Text;
  appendPlainBlock(Text, Block);
  J.member(Name, Text.data());
}

void ReportWriter::framesMember(const char *Name, const Frames &Stack,
                                const Frames *Further) {
  J.arrayMember(Name);
  write(Stack);
  if (Further)
    write(*Further);
  J.endArray();
}

void ReportWriter::write(const Frames &Stack) {
  for (size_t I = 0; I != Stack.size(); ++I) {
    const Frame &F = Stack[I];
    J.beginObject(JsonWriter::InOneLine);
    J.member("function", F.Function);
    J.member("file", F.File);
    knownMember("line", static_cast<uint64_t>(F.Line));
    knownMember("column", static_cast<uint64_t>(F.Column));
    J.member("module", F.Module);
    knownMember("module_offset", F.ModuleOffset);
    J.memberBoolean("library", F.IsLibrary);
    J.endObject();
  }
}

} // namespace

void writeJson(InternalScopedString &Out, const ReportRows &Rows,
               const JsonContext &Context) {
  ReportWriter(Out, Rows, Context).write();
}

} // namespace stm::rt
