//===- report/rows.cpp - what the report says, before its words -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/rows.h"

#include "report/suppress.h"

namespace stm::rt {

using namespace __sanitizer;

namespace {

/// A summary shows three conflicts; their lines may be spread over many
/// entries.
constexpr uptr EntriesForSummary = 128;
/// Symbolizing takes some 10 µs a frame, and each row two mappings.
constexpr uptr EntriesForAll = 4096;

/// "Other bytes" is what was written as far as was known.
constexpr uint64_t SameCountsFor = 16;

bool sameText(const char *A, const char *B) {
  return A == B || (A && B && internal_strcmp(A, B) == 0);
}

bool sameLine(const Frames &A, const Frames &B) {
  const Frame *FrameA = A.userFrame(), *FrameB = B.userFrame();
  if (!FrameA || !FrameB)
    return FrameA == FrameB;
  if (FrameA->Pc == FrameB->Pc)
    return true;
  return FrameA->Function && FrameA->Line == FrameB->Line &&
         sameText(FrameA->Function, FrameB->Function) &&
         sameText(FrameA->File, FrameB->File) &&
         // Without lines every call in the function is a place of its own.
         FrameA->Line != 0;
}

/// The first address is in the stack, if there is one.
void symbolize(Frames &To, uint32_t Stack, uintptr_t Pc) {
  if (Stack)
    To.appendStack(Stack);
  else if (Pc)
    To.append(Pc);
}

uint64_t ticksOf(const BlockEntry &Entry) {
  return Entry.UsefulTicks + Entry.LostTicks + Entry.WaitTicks +
         Entry.InevitableTicks + Entry.GcTicks;
}

template <class RowT> RowT *newRow() {
  return new (InternalAlloc(sizeof(RowT))) RowT{};
}

template <class RowT> void deleteRow(RowT *Row) {
  Row->~RowT();
  InternalFree(Row);
}

template <class RowT> void sortRows(InternalMmapVector<RowT *> &Rows) {
  Sort(Rows.data(), Rows.size(), [](const RowT *A, const RowT *B) {
    return ranksBefore(A->Entry.Totals, B->Entry.Totals);
  });
}

/// What the program has asked for costs time, but is no conflict.
bool isLeftOut(const ConflictEntry &Entry) {
  return isIntended(Entry.Key.Kind);
}
bool isLeftOut(const InevitableEntry &) { return false; }

bool lacksReader(const ConflictEntry &Entry) {
  return Entry.Key.Kind == ConflictKind::Validation && !Entry.Key.VictimPc;
}

bool mayHaveReaderOf(const ConflictEntry &Known, const ConflictEntry &Unknown) {
  return Known.Key.Kind == ConflictKind::Validation && Known.Key.VictimPc &&
         Known.Key.CulpritPc == Unknown.Key.CulpritPc &&
         sameBlock(Known.Key.Block, Unknown.Key.Block);
}

/// Which code had read what turned out to be stale is found out for some of the
/// rollbacks: the others of the same block and culprit are taken to be like
/// these.
void attributeUnknown(InternalMmapVector<ConflictEntry> &Ranked) {
  uptr Left = 0;
  for (uptr I = 0; I != Ranked.size(); ++I) {
    const ConflictEntry Unknown = Ranked[I];
    uint64_t Count = 0;
    if (lacksReader(Unknown))
      for (const ConflictEntry &Known : Ranked)
        if (mayHaveReaderOf(Known, Unknown))
          Count += Known.Totals.Count;
    if (!Count)
      continue;
    auto Share = [&](const ConflictEntry &Known, uint64_t Of) {
      return static_cast<uint64_t>(static_cast<double>(Of) *
                                   static_cast<double>(Known.Totals.Count) /
                                   static_cast<double>(Count));
    };
    ConflictEntry *Main = nullptr;
    FactTotals Rest = Unknown.Totals;
    InternalMmapVector<FactTotals> Shares(Ranked.size());
    for (uptr K = 0; K != Ranked.size(); ++K) {
      ConflictEntry &Known = Ranked[K];
      if (!mayHaveReaderOf(Known, Unknown))
        continue;
      Shares[K].Count = Share(Known, Unknown.Totals.Count);
      Shares[K].Ticks = Share(Known, Unknown.Totals.Ticks);
      Rest.Count -= Shares[K].Count;
      Rest.Ticks -= Shares[K].Ticks;
      Known.Victims |= Unknown.Victims;
      for (unsigned E = 0; E != NumStoreEffects; ++E)
        Known.Effects[E] += Share(Known, Unknown.Effects[E]);
      if (!Main || Known.Totals.Count > Main->Totals.Count)
        Main = &Known;
    }
    for (uptr K = 0; K != Ranked.size(); ++K) {
      Ranked[K].Totals.Count += Shares[K].Count;
      Ranked[K].Totals.Ticks += Shares[K].Ticks;
    }
    Main->Totals.Count += Rest.Count;
    Main->Totals.Ticks += Rest.Ticks;
    Ranked[I].Totals = {};
  }
  for (uptr I = 0; I != Ranked.size(); ++I)
    if (Ranked[I].Totals.Count)
      Ranked[Left++] = Ranked[I];
  Ranked.resize(Left);
  Sort(Ranked.data(), Ranked.size(),
       [](const ConflictEntry &A, const ConflictEntry &B) {
         return ranksBefore(A.Totals, B.Totals);
       });
}
void attributeUnknown(InternalMmapVector<InevitableEntry> &) {}

/// Hands the first entries to \p Add and sums up the rest, and all.
template <class EntryT, unsigned Max, class AddT>
void takeEntries(const FactTable<EntryT, Max> &Table, uptr Limit,
                 FactTotals &All, FactTotals &Other, AddT Add) {
  InternalMmapVector<EntryT> Ranked;
  rank(Table, Ranked);
  attributeUnknown(Ranked);
  All.add(Other);
  for (uptr I = 0; I != Ranked.size(); ++I) {
    const FactTotals &Totals = Ranked[I].Totals;
    if (isLeftOut(Ranked[I]))
      continue;
    All.Count += Totals.Count;
    All.Ticks += Totals.Ticks;
    if (I < Limit) {
      Add(Ranked[I]);
    } else {
      Other.Count += Totals.Count;
      Other.Ticks += Totals.Ticks;
    }
  }
}

} // namespace

bool sameBlock(const stm_site &A, const stm_site &B) {
  return A.line == B.line && sameText(A.name, B.name) &&
         sameText(A.file, B.file);
}

void appendPlainBlock(InternalScopedString &Out, const stm_site &Block) {
  if (Block.name) {
    Out.Append(Block.name);
  } else if (Block.file) {
    const char *Slash = internal_strrchr(Block.file, '/');
    Out.AppendF("%s:%u", Slash ? Slash + 1 : Block.file, Block.line);
  }
}

ReportRows::ReportRows(const MergedFacts &Facts, bool Full)
    : Facts(Facts), OtherConflicts(Facts.OtherConflicts),
      OtherInevitables(Facts.OtherInevitables) {
  uptr Limit = Full || haveSuppressions() ? EntriesForAll : EntriesForSummary;
  takeEntries(Facts.Conflicts, Limit, AllConflicts, OtherConflicts,
              [&](const ConflictEntry &Entry) { addConflict(Entry); });
  takeEntries(Facts.Inevitables, Limit, AllInevitables, OtherInevitables,
              [&](const InevitableEntry &Entry) { addInevitable(Entry); });
  if (Full)
    Facts.Conflicts.forEach([&](const ConflictEntry &Entry) {
      if (isIntended(Entry.Key.Kind))
        addConflict(Entry);
    });
  Facts.Blocks.forEach([&](const BlockEntry &Entry) { addBlock(Entry); });
  sortRows(Conflicts);
  sortRows(Inevitables);
  sortRows(Intended);
  Sort(Blocks.data(), Blocks.size(), [](const BlockRow *A, const BlockRow *B) {
    return ticksOf(A->Entry) > ticksOf(B->Entry);
  });
  for (ConflictRow *Row : Conflicts)
    findOut(*Row);
}

ReportRows::~ReportRows() {
  for (ConflictRow *Row : Conflicts)
    deleteRow(Row);
  for (InevitableRow *Row : Inevitables)
    deleteRow(Row);
  for (ConflictRow *Row : Intended)
    deleteRow(Row);
  for (BlockRow *Row : Blocks)
    deleteRow(Row);
}

/// After the rows are put together: some of this is slow.
void ReportRows::findOut(ConflictRow &Row) const {
  const ConflictKey &Key = Row.Entry.Key;
  if (Row.Entry.Address)
    Row.Object.find(Row.Entry.Address, Row.Entry.Frame);
  if (const WriterEntry *Writer = Facts.Writers.find({Key.CulpritPc})) {
    Row.CulpritBlock = Writer->Block;
    Row.CulpritEntry.appendStack(Writer->Totals.mainStack());
  }
  for (const BlockRow *Block : Blocks)
    if (sameBlock(Block->Entry.Key.Block, Key.Block))
      Row.VictimWrites =
          !Block->Entry.Writes.total() || Block->Entry.Writes.max();
}

void ReportRows::addBlock(const BlockEntry &Entry) {
  for (BlockRow *Other : Blocks) {
    if (!sameBlock(Other->Entry.Key.Block, Entry.Key.Block))
      continue;
    Other->Entry.add(Entry);
    return;
  }
  auto *Row = newRow<BlockRow>();
  Row->Entry = Entry;
  Blocks.push_back(Row);
}

Sharing ConflictRow::sharing() const {
  const uint64_t *Seen = Entry.Sharings;
  auto Times = [&](Sharing S) { return Seen[static_cast<unsigned>(S)]; };
  uint64_t Same = Times(Sharing::SameBytes);
  if (Same && Same * SameCountsFor >= Times(Sharing::SameStripe) &&
      Same >= Times(Sharing::HashCollision))
    return Sharing::SameBytes;
  if (Times(Sharing::SameStripe) >= Times(Sharing::HashCollision))
    return Times(Sharing::SameStripe) ? Sharing::SameStripe : Sharing::Unknown;
  return Sharing::HashCollision;
}

StoreEffect ConflictRow::effect() const {
  uint64_t Silent = Entry.Effects[static_cast<unsigned>(StoreEffect::Silent)];
  uint64_t Changed = Entry.Effects[static_cast<unsigned>(StoreEffect::Changed)];
  if (!Silent && !Changed)
    return StoreEffect::Unknown;
  return Silent > Changed ? StoreEffect::Silent : StoreEffect::Changed;
}

const char *ConflictRow::advice() const {
  switch (Entry.Key.Kind) {
  case ConflictKind::Inevitable:
    return "the other one did what can't be undone: do that outside of the "
           "block, or after it (stm::on_commit, stm::deferred_printf)";
  case ConflictKind::Resources:
    return "make the transaction smaller, or give the process more memory";
  case ConflictKind::MemoryLimit:
    return "make the snapshot shorter, or raise memory_limit_mb";
  case ConflictKind::Cancelled:
  case ConflictKind::Retry:
    return nullptr;
  case ConflictKind::ReadLocked:
  case ConflictKind::WriteLocked:
  case ConflictKind::Validation:
    break;
  }
  switch (sharing()) {
  case Sharing::SameStripe:
    return "the two use different data in the same 32 bytes: keep these apart "
           "(alignas(32), padding, another order of the fields)";
  case Sharing::HashCollision:
    return "unrelated data that shares an ownership record by chance: place or "
           "allocate one of the two elsewhere";
  case Sharing::Unknown:
  case Sharing::SameBytes:
    break;
  }
  if (effect() == StoreEffect::Silent)
    return "the write leaves the value as it was: write only if it differs";
  if (!VictimWrites)
    return "the block that is rolled back only reads: as stm::snapshot it "
           "isn't rolled back";
  if (Entry.Key.Kind == ConflictKind::WriteLocked)
    return "both write it: give each thread its own part and add these up when "
           "it is read, or write it at the end of the block";
  return nullptr;
}

namespace {

bool isOutput(const char *Function) {
  static constexpr const char *Names[] = {
      "printf", "vprintf", "fprintf", "vfprintf", "dprintf", "vdprintf",
      "puts",   "fputs",   "putc",    "fputc",    "putchar", "perror",
      "fwrite", "fflush",  "write",   "writev",   "pwrite",  "syslog",
  };
  for (const char *Name : Names)
    if (internal_strcmp(Function, Name) == 0)
      return true;
  return internal_strstr(Function, "std::ostream") ||
         internal_strstr(Function, "basic_ostream<");
}

} // namespace

const char *InevitableRow::advice() const {
  constexpr char Call[] = "call to ";
  const char *Reason = Entry.Key.Reason;
  if (!Reason)
    return nullptr;
  if (internal_strcmp(Reason, "atomic operation") == 0)
    return "what only blocks use need not be atomic";
  if (internal_strncmp(Reason, Call, sizeof(Call) - 1) == 0 &&
      isOutput(Reason + sizeof(Call) - 1))
    return "write it at the commit: stm::deferred_printf, stm::deferred_write, "
           "stm::on_commit";
  return nullptr;
}

double ConflictRow::predictedGain(const MergedFacts &Facts) const {
  uint64_t Whole = Facts.ticksOf(Entry.Victims);
  return Whole ? Min(1.0, static_cast<double>(Entry.Totals.Ticks) /
                              static_cast<double>(Whole))
               : 0;
}

void ReportRows::addConflict(const ConflictEntry &Entry) {
  auto *Row = newRow<ConflictRow>();
  const ConflictKey &Key = Entry.Key;
  Row->Entry = Entry;
  symbolize(Row->Victim, Entry.Totals.mainStack(), Key.VictimPc);
  symbolize(Row->Culprit, 0, Key.CulpritPc);

  const char *Type = ConflictSuppression;
  bool Wanted = isIntended(Key.Kind);
  auto &Rows = Wanted ? Intended : Conflicts;
  if (isSuppressed(Type, Row->Victim, Key.Block.name, Entry.Totals.Count) ||
      isSuppressed(Type, Row->Culprit, nullptr, Entry.Totals.Count)) {
    if (!Wanted)
      SuppressedConflicts.add(Entry.Totals);
    deleteRow(Row);
    return;
  }
  for (ConflictRow *Other : Rows) {
    if (Other->Entry.Key.Kind != Key.Kind ||
        !sameBlock(Other->Entry.Key.Block, Key.Block) ||
        !sameLine(Other->Victim, Row->Victim) ||
        !sameLine(Other->Culprit, Row->Culprit))
      continue;
    Other->Entry.add(Entry);
    deleteRow(Row);
    return;
  }
  Rows.push_back(Row);
}

void ReportRows::addInevitable(const InevitableEntry &Entry) {
  auto *Row = newRow<InevitableRow>();
  const InevitableKey &Key = Entry.Key;
  Row->Entry = Entry;
  symbolize(Row->Where, Entry.Totals.mainStack(), Key.Pc);

  if (isSuppressed(InevitableSuppression, Row->Where, Key.Block.name,
                   Entry.Totals.Count)) {
    SuppressedInevitables.add(Entry.Totals);
    deleteRow(Row);
    return;
  }
  for (InevitableRow *Other : Inevitables) {
    if (!sameText(Other->Entry.Key.Reason, Key.Reason) ||
        !sameBlock(Other->Entry.Key.Block, Key.Block) ||
        !sameLine(Other->Where, Row->Where))
      continue;
    Other->Entry.Totals.add(Entry.Totals);
    deleteRow(Row);
    return;
  }
  Inevitables.push_back(Row);
}

bool ReportRows::hasConflicts() const {
  return Facts.Sum.Aborts > SuppressedConflicts.Count ||
         Conflicts.size() != 0 || OtherConflicts.Count != 0;
}

bool ReportRows::hasInevitables() const {
  return Facts.Sum.Inevitable > SuppressedInevitables.Count ||
         Inevitables.size() != 0 || OtherInevitables.Count != 0;
}

} // namespace stm::rt
