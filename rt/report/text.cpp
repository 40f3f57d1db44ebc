//===- report/text.cpp - the report in words --------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/text.h"

#include "report/suppress.h"

namespace stm::rt {

using namespace __sanitizer;

namespace {

constexpr uptr ConflictsInSummary = 3;
constexpr uptr InevitablesInSummary = 2;
constexpr size_t LongestName = 60;

unsigned long long toUll(double Value) {
  return static_cast<unsigned long long>(Value);
}

class TextWriter {
public:
  TextWriter(InternalScopedString &Out, const ReportRows &Rows,
             const TextStyle &Style)
      : Out(Out), Rows(Rows), Style(Style) {
    internal_snprintf(Prefix, sizeof(Prefix), "==%d== ", Style.Pid);
  }

  void write() {
    writeTotals();
    writeConflicts();
    writeInevitables();
    writeVersions(Out, Rows, Style);
    writeHints();
    if (Style.Full) {
      writeBlocks();
      writeThreads();
    }
    writeSummaryLine();
  }

private:
  void writeTotals();
  void writeConflicts();
  void writeConflict(const ConflictRow &Row, unsigned Rank);
  void writeAdvice(const ConflictRow &Row);
  void appendObjectName(const ObjectInfo &Object);
  void writeInevitables();
  void writeInevitable(const InevitableRow &Row, unsigned Rank);
  void appendReason(const char *Reason);
  void writeRest(uptr Lines, const FactTotals &Totals, const char *What);
  void writeHints();
  bool sharesItsName(const BlockRow &Block) const;
  void writeBlocks();
  /// Barriers and validations.
  void writeCosts(const CountValues &V);
  void writeThreads();
  void writeTime(const TimeBuckets &Time);
  void writeSummaryLine();

  void appendStack(const Frames &Stack);
  void appendLine(const Frames &Stack, bool Short);
  void appendPlace(const Frame &F);
  void appendTotals(const FactTotals &Totals, uint64_t OfTicks);
  void appendObject(const ObjectInfo &Object);
  void appendTicks(uint64_t Ticks) {
    appendDuration(Out, static_cast<double>(Ticks) * Style.NanosecondsPerTick);
  }
  void beginLine() { Out.Append(Prefix); }
  void heading(const char *Text) {
    Out.AppendF("%s%s%s%s\n", Prefix, Style.Color ? "\033[1m" : "", Text,
                Style.Color ? "\033[0m" : "");
  }

  InternalScopedString &Out;
  const ReportRows &Rows;
  const TextStyle &Style;
  char Prefix[24];
};

const char *plural(uint64_t Count) { return Count == 1 ? "" : "s"; }

const char *describe(ConflictKind Kind) {
  switch (Kind) {
  case ConflictKind::ReadLocked:
    return "read what another transaction was writing";
  case ConflictKind::WriteLocked:
    return "wrote what another transaction was writing";
  case ConflictKind::Validation:
    return "had read what another transaction then changed";
  case ConflictKind::Inevitable:
    return "had to wait for an inevitable transaction";
  case ConflictKind::Resources:
    return "found no memory for its log";
  case ConflictKind::MemoryLimit:
    return "was ended, since its versions took more than memory_limit_mb";
  case ConflictKind::Cancelled:
    return "was cancelled";
  case ConflictKind::Retry:
    return "waited by stm::retry";
  }
  return "was rolled back";
}

void TextWriter::writeTotals() {
  const CountValues &Sum = Rows.Facts.Sum;
  Out.AppendF("%s%sllvm-stm: %llu transactions committed, %llu rolled back, "
              "%llu inevitable%s\n",
              Prefix, Style.Color ? "\033[1m" : "",
              static_cast<unsigned long long>(Sum.Commits),
              static_cast<unsigned long long>(Sum.Aborts),
              static_cast<unsigned long long>(Sum.Inevitable),
              Style.Color ? "\033[0m" : "");
  if (!Sum.Aborts && !Sum.Inevitable)
    return;
  beginLine();
  Out.Append("  time: ");
  appendTicks(Rows.AllConflicts.Ticks);
  Out.Append(" lost to rollbacks (");
  appendShare(Out, static_cast<double>(Rows.AllConflicts.Ticks),
              static_cast<double>(Sum.AttachedTicks));
  constexpr uint64_t WaitWorthAWord = 100; // One part in so many.
  if (Sum.WaitTicks > Sum.AttachedTicks / WaitWorthAWord) {
    Out.Append("), ");
    appendTicks(Sum.WaitTicks);
    Out.Append(" waiting for others (");
    appendShare(Out, static_cast<double>(Sum.WaitTicks),
                static_cast<double>(Sum.AttachedTicks));
  }
  Out.Append("), ");
  appendTicks(Rows.AllInevitables.Ticks);
  Out.Append(" inevitable (");
  appendShare(Out, static_cast<double>(Rows.AllInevitables.Ticks),
              static_cast<double>(Sum.AttachedTicks));
  Out.Append("), of ");
  appendTicks(Sum.AttachedTicks);
  Out.Append(" that the threads ran\n");
}

void TextWriter::writeConflicts() {
  uptr Shown = Rows.Conflicts.size();
  if (!Style.Full && Shown > ConflictsInSummary)
    Shown = ConflictsInSummary;
  if (Shown)
    heading("conflicts, by time lost:");
  uptr Hidden = Rows.Conflicts.size();
  FactTotals Rest = Rows.OtherConflicts;
  bool WantsEnded = Rows.Facts.Versions.Ended != 0;
  for (uptr I = 0; I != Rows.Conflicts.size(); ++I) {
    const ConflictRow &Row = *Rows.Conflicts[I];
    // However little time it cost, memory ran short.
    bool IsEnded = Row.Entry.Key.Kind == ConflictKind::MemoryLimit;
    if (I < Shown || (IsEnded && WantsEnded)) {
      writeConflict(Row, static_cast<unsigned>(I + 1));
      Hidden -= 1;
      WantsEnded &= !IsEnded;
    } else {
      Rest.Count += Row.Entry.Totals.Count;
      Rest.Ticks += Row.Entry.Totals.Ticks;
    }
  }
  writeRest(Hidden, Rest, "conflicts");
  if (Rows.SuppressedConflicts.Count && !Style.Full)
    writeRest(0, Rows.SuppressedConflicts, "suppressed conflicts");
}

void TextWriter::writeConflict(const ConflictRow &Row, unsigned Rank) {
  const ConflictEntry &Entry = Row.Entry;
  beginLine();
  Out.AppendF("  %u. ", Rank);
  appendTotals(Entry.Totals, Rows.AllConflicts.Ticks);
  Out.Append(": ");
  appendBlock(Out, Entry.Key.Block);
  Out.AppendF(" %s", describe(Entry.Key.Kind));
  appendObjectName(Row.Object);
  Out.Append("\n");

  beginLine();
  if (!Entry.Key.VictimPc && Row.Victim.empty())
    Out.Append("     noticed at its end");
  else {
    Out.Append(Entry.Key.VictimPc ? "     at "
                                  : "     noticed at its end, begun at ");
    appendLine(Row.Victim, true);
  }
  if (Entry.Key.CulpritPc) {
    Out.Append(", written by ");
    appendLine(Row.Culprit, true);
  }
  if (const EndedSnapshotsFact *Ended = endedSnapshotsOf(Rows, Row)) {
    appendThread(Out, Ended->Thread);
    Out.Append(", when ");
    appendBytes(Out, Ended->MostBytes);
    Out.Append(" were held");
  }
  Out.Append("\n");
  // A summary has room for what to do about the worst.
  if (Style.Full || Rank == 1)
    writeAdvice(Row);
  if (!Style.Full)
    return;
  if (Entry.Address)
    appendObject(Row.Object);
  if (!Row.Victim.empty()) {
    beginLine();
    Out.Append("     rolled back here:\n");
    appendStack(Row.Victim);
  }
  if (Row.Object.AllocatedAt) {
    Frames Stack;
    Stack.appendStack(Row.Object.AllocatedAt);
    beginLine();
    Out.Append("     which was allocated here:\n");
    appendStack(Stack);
  }
  if (!Row.Culprit.empty()) {
    beginLine();
    Out.Append("     had been written here:\n");
    appendStack(Row.Culprit);
  }
  if (!Row.CulpritEntry.empty()) {
    beginLine();
    Out.Append("     in ");
    appendBlock(Out, Row.CulpritBlock);
    Out.Append(", which was entered here:\n");
    appendStack(Row.CulpritEntry);
  }
}

void TextWriter::writeAdvice(const ConflictRow &Row) {
  double Gain = Row.predictedGain(Rows.Facts);
  const char *Advice = Row.advice();
  constexpr double GainWorthALine = 0.01;
  if (Gain < GainWorthALine && !Advice)
    return;
  beginLine();
  Out.Append("     ");
  if (Gain >= GainWorthALine) {
    Out.Append("without it about ");
    appendShare(Out, Gain, 1);
    Out.Append(Advice ? " less time; " : " less time");
  }
  Out.AppendF("%s\n", Advice ? Advice : "");
}

void TextWriter::appendObjectName(const ObjectInfo &Object) {
  if (Object.Function) {
    Out.AppendF(": a variable of ");
    appendShortName(Out, Object.Function, LongestName);
    if (Object.Name)
      Out.AppendF(", on %s", Object.Name);
  } else if (Object.Name) {
    Out.AppendF(": %s", Object.Name);
    if (Object.Offset)
      Out.AppendF("+%llu", static_cast<unsigned long long>(Object.Offset));
  } else if (Object.AllocatedAt) {
    Out.AppendF(": a heap block of %llu bytes, at %llu",
                static_cast<unsigned long long>(Object.Size),
                static_cast<unsigned long long>(Object.Offset));
  }
}

void TextWriter::writeInevitables() {
  uptr Shown = Rows.Inevitables.size();
  if (!Style.Full && Shown > InevitablesInSummary)
    Shown = InevitablesInSummary;
  if (Shown)
    heading("inevitable transactions, by time:");
  FactTotals Rest = Rows.OtherInevitables;
  for (uptr I = 0; I != Rows.Inevitables.size(); ++I) {
    if (I < Shown) {
      writeInevitable(*Rows.Inevitables[I], static_cast<unsigned>(I + 1));
    } else {
      Rest.Count += Rows.Inevitables[I]->Entry.Totals.Count;
      Rest.Ticks += Rows.Inevitables[I]->Entry.Totals.Ticks;
    }
  }
  writeRest(Rows.Inevitables.size() - Shown, Rest, "inevitable transactions");
  if (Rows.SuppressedInevitables.Count && !Style.Full)
    writeRest(0, Rows.SuppressedInevitables,
              "suppressed inevitable transactions");
}

void TextWriter::writeInevitable(const InevitableRow &Row, unsigned Rank) {
  const InevitableEntry &Entry = Row.Entry;
  beginLine();
  Out.AppendF("  %u. ", Rank);
  appendTotals(Entry.Totals, Rows.AllInevitables.Ticks);
  Out.Append(": ");
  appendBlock(Out, Entry.Key.Block);
  Out.Append(", ");
  appendReason(Entry.Key.Reason);
  if (!Row.Where.empty()) {
    Out.Append(", at ");
    appendLine(Row.Where, true);
  }
  if (const char *Advice = Row.advice())
    Out.AppendF("; %s", Advice);
  Out.Append("\n");
  if (Style.Full)
    appendStack(Row.Where);
}

void TextWriter::appendReason(const char *Reason) {
  if (!Reason) {
    Out.Append("no reason given");
    return;
  }
  // The function may have a very long name.
  constexpr char Call[] = "call to ";
  if (internal_strncmp(Reason, Call, sizeof(Call) - 1) == 0) {
    Out.Append(Call);
    Reason += sizeof(Call) - 1;
  }
  appendShortName(Out, Reason, LongestName);
}

void TextWriter::writeRest(uptr Lines, const FactTotals &Totals,
                           const char *What) {
  if (!Totals.Count)
    return;
  beginLine();
  Out.AppendF("  and %llu %s%s, ",
              static_cast<unsigned long long>(Totals.Count),
              Lines ? "other " : "", What);
  appendTicks(Totals.Ticks);
  Out.Append(Lines ? " (STM_OPTIONS=report=full shows them)\n" : "\n");
}

void TextWriter::writeHints() {
  for (const InevitableRow *Row : Rows.Inevitables) {
    const InevitableKey &Key = Row->Entry.Key;
    if (!Key.Reason || internal_strcmp(Key.Reason, kUninstrumentedReason) != 0)
      continue;
    const Frame *F = Row->Where.userFrame();
    const char *File = Key.Block.file ? Key.Block.file : F ? F->File : nullptr;
    Out.AppendF("%shint: %s was compiled without the plugin, so its "
                "transactions run one at a time: compile it with stm-clang or "
                "stm-clang++\n",
                Prefix, File ? File : "a file");
    return;
  }
}

/// A lock that has become blocks in many places gives them all its name.
bool TextWriter::sharesItsName(const BlockRow &Block) const {
  const stm_site &Site = Block.Entry.Key.Block;
  if (!Site.name || !Site.file)
    return false;
  for (const BlockRow *Other : Rows.Blocks)
    if (Other != &Block && Other->Entry.Key.Block.name &&
        !internal_strcmp(Other->Entry.Key.Block.name, Site.name))
      return true;
  return false;
}

void TextWriter::writeBlocks() {
  if (!Rows.Blocks.size())
    return;
  heading("blocks, by time (useful time and executions from samples):");
  for (const BlockRow *Row : Rows.Blocks) {
    const BlockEntry &B = Row->Entry;
    beginLine();
    Out.Append("  ");
    appendBlock(Out, B.Key.Block);
    if (sharesItsName(*Row))
      Out.AppendF(" at %s:%u",
                  StripPathPrefix(B.Key.Block.file,
                                  common_flags()->strip_path_prefix),
                  B.Key.Block.line);
    uint64_t Executions = Max(B.Executions, B.Retried);
    Out.AppendF(": %llu execution%s, ",
                static_cast<unsigned long long>(Executions),
                plural(Executions));
    appendTicks(B.UsefulTicks);
    Out.AppendF(" useful; %llu rolled back, ",
                static_cast<unsigned long long>(B.Aborts));
    appendTicks(B.LostTicks);
    Out.Append(" lost");
    if (B.Inevitable) {
      Out.AppendF("; %llu inevitable, ",
                  static_cast<unsigned long long>(B.Inevitable));
      appendTicks(B.InevitableTicks);
    }
    if (B.WaitTicks) {
      Out.Append("; ");
      appendTicks(B.WaitTicks);
      Out.Append(" waiting");
    }
    if (B.GcTicks) {
      Out.Append("; ");
      appendTicks(B.GcTicks);
      Out.Append(" in collections");
    }
    Out.Append("\n");
    uint64_t Without = B.Executions - Min<uint64_t>(B.Executions, B.Retried);
    beginLine();
    Out.AppendF("    rollbacks of one: %u at the median, %u at 95 %%, %u at "
                "most; reads %u, %u, %u; writes %u, %u, %u\n",
                B.Retries.percentile(50, Without),
                B.Retries.percentile(95, Without), B.Retries.max(),
                B.Reads.percentile(50), B.Reads.percentile(95), B.Reads.max(),
                B.Writes.percentile(50), B.Writes.percentile(95),
                B.Writes.max());
  }
}

void TextWriter::writeTime(const TimeBuckets &Time) {
  struct {
    const char *Name;
    uint64_t Ticks;
  } Parts[] = {{"useful", Time.Useful},     {"lost", Time.Lost},
               {"waiting", Time.Waiting},   {"inevitable", Time.Inevitable},
               {"in collections", Time.Gc}, {"outside", Time.Outside}};
  beginLine();
  Out.Append("    ");
  appendTicks(Time.total());
  const char *Between = ": ";
  for (const auto &Part : Parts) {
    if (!Part.Ticks)
      continue;
    Out.Append(Between);
    appendTicks(Part.Ticks);
    Out.AppendF(" %s", Part.Name);
    Between = ", ";
  }
  Out.Append("\n");
}

void TextWriter::writeCosts(const CountValues &V) {
  if (V.Validations)
    Out.AppendF("%s  %llu validations of %llu reads each on average\n", Prefix,
                static_cast<unsigned long long>(V.Validations),
                static_cast<unsigned long long>(
                    (V.ValidatedReads + V.Validations / 2) / V.Validations));
  auto PerCommit = [&](uint64_t Count, const char *What, const char *End) {
    uint64_t Tenths = V.Commits ? (Count * 10 + V.Commits / 2) / V.Commits : 0;
    Out.AppendF("%llu.%llu %s%s", static_cast<unsigned long long>(Tenths / 10),
                static_cast<unsigned long long>(Tenths % 10), What, End);
  };
  uint64_t Barriers = V.ReadBarriers + V.WriteBarriers + V.ReadToWriteBarriers +
                      V.RangeBarriers;
  uint64_t Plain = V.PairedStores + V.CoveredAccesses + V.FreshAccesses +
                   V.LentAccesses + V.ConstantReads + V.UnwrittenReads +
                   V.PrivateAccesses;
  if (!Barriers && !Plain)
    return;
  Out.AppendF("%s  barriers a commit: ", Prefix);
  PerCommit(V.ReadBarriers, "reads", ", ");
  PerCommit(V.WriteBarriers, "writes", ", ");
  PerCommit(V.ReadToWriteBarriers, "reads to write", ", ");
  PerCommit(V.RangeBarriers, "ranges", "\n");
  Out.AppendF("%s  accesses without, a commit: ", Prefix);
  PerCommit(V.PairedStores, "stores after reads to write", ", ");
  PerCommit(V.CoveredAccesses, "covered", ", ");
  PerCommit(V.FreshAccesses, "fresh", ", ");
  PerCommit(V.LentAccesses, "lent", ", ");
  PerCommit(V.ConstantReads, "constant", ", ");
  PerCommit(V.UnwrittenReads, "unwritten", ", ");
  PerCommit(V.PrivateAccesses, "private", "");
  Out.AppendF(" (%llu %% of all)\n",
              static_cast<unsigned long long>(
                  (Plain * 100 + (Barriers + Plain) / 2) / (Barriers + Plain)));
}

void TextWriter::writeThreads() {
  appendMatchedSuppressions(Out, Prefix);
  heading(
      "counts (a thread that began after another's end may share its row):");
  auto WriteRow = [&](const char *Name, const CountValues &V) {
    Out.AppendF("%s  %s: %llu committed (%llu read-only), %llu rolled back, "
                "%llu inevitable, %llu extensions, %llu waits for quiescence\n",
                Prefix, Name, static_cast<unsigned long long>(V.Commits),
                static_cast<unsigned long long>(V.ReadOnly),
                static_cast<unsigned long long>(V.Aborts),
                static_cast<unsigned long long>(V.Inevitable),
                static_cast<unsigned long long>(V.Extensions),
                static_cast<unsigned long long>(V.QuiescenceWaits));
  };
  const auto &Threads = Rows.Facts.Threads;
  TimeBuckets All{};
  for (uptr I = 0; I != Threads.size(); ++I) {
    char Name[32];
    internal_snprintf(Name, sizeof(Name), "thread %zu", I + 1);
    WriteRow(Name, Threads[I]);
    TimeBuckets Time = bucketsOf(Threads[I]);
    writeTime(Time);
    All.add(Time);
  }
  WriteRow("all", Rows.Facts.Sum);
  writeTime(All);
  writeCosts(Rows.Facts.Sum);
  if (Rows.Facts.Sum.Unrecorded)
    Out.AppendF("%s  %llu facts from signal handlers were not recorded\n",
                Prefix,
                static_cast<unsigned long long>(Rows.Facts.Sum.Unrecorded));
  if (Rows.Facts.Incomplete)
    Out.AppendF("%s  the facts of a thread could not be read\n", Prefix);
}

void TextWriter::writeSummaryLine() {
  const CountValues &Sum = Rows.Facts.Sum;
  Out.Append("SUMMARY: llvm-stm: ");
  if (Rows.hasConflicts()) {
    Out.AppendF("%llu rollback%s lost ",
                static_cast<unsigned long long>(Sum.Aborts),
                plural(Sum.Aborts));
    appendTicks(Rows.AllConflicts.Ticks);
    if (Rows.Conflicts.size()) {
      const ConflictRow &Top = *Rows.Conflicts[0];
      Out.Append(", most ");
      if (Top.Entry.Key.VictimPc) {
        Out.Append("at ");
        appendLine(Top.Victim, true);
      } else {
        Out.Append("of ");
        appendBlock(Out, Top.Entry.Key.Block);
      }
    }
  }
  if (Rows.hasInevitables()) {
    Out.AppendF("%s%llu inevitable transaction%s took ",
                Rows.hasConflicts() ? "; " : "",
                static_cast<unsigned long long>(Sum.Inevitable),
                plural(Sum.Inevitable));
    appendTicks(Rows.AllInevitables.Ticks);
  }
  if (!Rows.hasConflicts() && !Rows.hasInevitables())
    Out.AppendF("%llu transaction%s, none lost",
                static_cast<unsigned long long>(Sum.Commits),
                plural(Sum.Commits));
  Out.Append("\n");
}

void TextWriter::appendTotals(const FactTotals &Totals, uint64_t OfTicks) {
  if (Totals.Count == 1)
    Out.Append("once");
  else
    Out.AppendF("%llu times", static_cast<unsigned long long>(Totals.Count));
  Out.Append(", ");
  appendTicks(Totals.Ticks);
  Out.Append(" (");
  appendShare(Out, static_cast<double>(Totals.Ticks),
              static_cast<double>(OfTicks));
  Out.Append(")");
}

void TextWriter::appendPlace(const Frame &F) {
  if (F.File && F.Line && F.Column)
    Out.AppendF(" %s:%d:%d", F.File, F.Line, F.Column);
  else if (F.File && F.Line)
    Out.AppendF(" %s:%d", F.File, F.Line);
  else if (F.Module)
    Out.AppendF(" (%s+0x%zx)", F.Module, static_cast<uptr>(F.ModuleOffset));
  else
    Out.AppendF(" 0x%zx", static_cast<uptr>(F.Pc));
}

void TextWriter::appendLine(const Frames &Stack, bool Short) {
  const Frame *F = Stack.userFrame();
  if (!F) {
    Out.Append("an unknown place");
    return;
  }
  if (F->Function)
    appendShortName(Out, F->Function, Short ? LongestName : ~size_t{0});
  else
    Out.Append("??");
  appendPlace(*F);
  const Frame *Library = Stack.libraryFrame();
  if (Library && Library->Function) {
    Out.Append(" (in ");
    appendShortName(Out, Library->Function, LongestName);
    Out.Append(")");
  }
}

void TextWriter::appendStack(const Frames &Stack) {
  for (size_t I = 0; I != Stack.size(); ++I) {
    const Frame &F = Stack[I];
    Out.AppendF("%s       #%zu %s", Prefix, static_cast<uptr>(I),
                F.Function ? F.Function : "??");
    appendPlace(F);
    Out.Append("\n");
  }
}

void TextWriter::appendObject(const ObjectInfo &Object) {
  beginLine();
  Out.AppendF("     last at %p", reinterpret_cast<void *>(Object.Address));
  appendObjectName(Object);
  Out.Append("\n");
}

} // namespace

void writeText(InternalScopedString &Out, const ReportRows &Rows,
               const TextStyle &Style) {
  TextWriter(Out, Rows, Style).write();
}

//===----------------------------------------------------------------------===//
// Numbers and names
//===----------------------------------------------------------------------===//

void appendDuration(InternalScopedString &Out, double Nanoseconds) {
  struct Unit {
    double Size;
    const char *Name;
  };
  constexpr Unit Units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
  for (const Unit &U : Units) {
    // Half of the last digit less, so that 999.96 us is 1.0 ms.
    if (Nanoseconds < U.Size * 0.99995)
      continue;
    unsigned long long Tenths = toUll(Nanoseconds / U.Size * 10 + 0.5);
    Out.AppendF("%llu.%llu %s", Tenths / 10, Tenths % 10, U.Name);
    return;
  }
  Out.AppendF("%llu ns", toUll(Nanoseconds + 0.5));
}

void appendShare(InternalScopedString &Out, double Part, double Whole) {
  double Percent = Whole > 0 ? Part / Whole * 100 : 0;
  if (Percent > 0 && Percent < 0.1) {
    Out.Append("<0.1 %");
  } else if (Percent > 0 && Percent < 9.95) {
    unsigned long long Tenths = toUll(Percent * 10 + 0.5);
    Out.AppendF("%llu.%llu %%", Tenths / 10, Tenths % 10);
  } else {
    Out.AppendF("%llu %%", toUll(Percent + 0.5));
  }
}

namespace {

/// Copies \p Name with what stands between outermost \p Open and \p Close
/// replaced by "...". The brackets of operator<, operator-> and operator() are
/// part of a name.
void collapse(InternalScopedString &To, const char *Name, char Open,
              char Close) {
  constexpr char Operator[] = "operator";
  constexpr uptr OperatorLength = sizeof(Operator) - 1;
  unsigned Depth = 0;
  for (const char *P = Name; *P; ++P) {
    if (internal_strncmp(P, Operator, OperatorLength) == 0 &&
        P[OperatorLength] && internal_strchr("<>-(", P[OperatorLength])) {
      uptr Length = OperatorLength;
      while (P[Length] && internal_strchr("<>-=", P[Length]))
        ++Length;
      if (internal_strncmp(P + Length, "()", 2) == 0 &&
          Length == OperatorLength)
        Length += 2;
      if (!Depth)
        To.AppendF("%.*s", static_cast<int>(Length), P);
      P += Length - 1;
      continue;
    }
    if (*P == Close && Depth && --Depth == 0)
      To.Append("...");
    if (!Depth)
      To.AppendF("%c", *P);
    // "()" is as short as it gets.
    if (*P == Open && P[1] == Close && !Depth) {
      To.AppendF("%c", Close);
      ++P;
    } else if (*P == Open) {
      ++Depth;
    }
  }
}

} // namespace

void appendBlock(InternalScopedString &Out, const stm_site &Block) {
  if (Block.name)
    Out.AppendF("\"%s\"", Block.name);
  else if (Block.file)
    Out.AppendF("the block at %s:%u",
                StripPathPrefix(Block.file, common_flags()->strip_path_prefix),
                Block.line);
  else
    Out.Append("a block");
}

void appendShortName(InternalScopedString &Out, const char *Name,
                     size_t Longest) {
  if (internal_strlen(Name) <= Longest) {
    Out.Append(Name);
    return;
  }
  InternalScopedString WithoutTemplates;
  collapse(WithoutTemplates, Name, '<', '>');
  if (WithoutTemplates.length() <= Longest) {
    Out.Append(WithoutTemplates.data());
    return;
  }
  collapse(Out, WithoutTemplates.data(), '(', ')');
}

} // namespace stm::rt
