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

/// Hands the first entries to \p Add and sums up the rest, and all.
template <class EntryT, unsigned Max, class AddT>
void takeEntries(const FactTable<EntryT, Max> &Table, uptr Limit,
                 FactTotals &All, FactTotals &Other, AddT Add) {
  InternalMmapVector<EntryT> Ranked;
  rank(Table, Ranked);
  All.add(Other);
  for (uptr I = 0; I != Ranked.size(); ++I) {
    const FactTotals &Totals = Ranked[I].Totals;
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

ReportRows::ReportRows(const MergedFacts &Facts, bool Full)
    : Facts(Facts), OtherConflicts(Facts.OtherConflicts),
      OtherInevitables(Facts.OtherInevitables) {
  uptr Limit = Full || haveSuppressions() ? EntriesForAll : EntriesForSummary;
  takeEntries(Facts.Conflicts, Limit, AllConflicts, OtherConflicts,
              [&](const ConflictEntry &Entry) { addConflict(Entry); });
  takeEntries(Facts.Inevitables, Limit, AllInevitables, OtherInevitables,
              [&](const InevitableEntry &Entry) { addInevitable(Entry); });
  sortRows(Conflicts);
  sortRows(Inevitables);
}

ReportRows::~ReportRows() {
  for (ConflictRow *Row : Conflicts)
    deleteRow(Row);
  for (InevitableRow *Row : Inevitables)
    deleteRow(Row);
}

void ReportRows::addConflict(const ConflictEntry &Entry) {
  auto *Row = newRow<ConflictRow>();
  const ConflictKey &Key = Entry.Key;
  Row->Entry = Entry;
  symbolize(Row->Victim, Entry.Totals.mainStack(), Key.VictimPc);
  symbolize(Row->Culprit, 0, Key.CulpritPc);

  const char *Type = ConflictSuppression;
  if (isSuppressed(Type, Row->Victim, Key.Block.name, Entry.Totals.Count) ||
      isSuppressed(Type, Row->Culprit, nullptr, Entry.Totals.Count)) {
    SuppressedConflicts.add(Entry.Totals);
    deleteRow(Row);
    return;
  }
  for (ConflictRow *Other : Conflicts) {
    if (Other->Entry.Key.Kind != Key.Kind ||
        !sameBlock(Other->Entry.Key.Block, Key.Block) ||
        !sameLine(Other->Victim, Row->Victim) ||
        !sameLine(Other->Culprit, Row->Culprit))
      continue;
    Other->Entry.Totals.add(Entry.Totals);
    deleteRow(Row);
    return;
  }
  Conflicts.push_back(Row);
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
