//===- report/rows.h - what the report says, before its words ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The merged facts, symbolized and put together by source line: one line often
// has several barriers, and an inlined function many copies, which to the
// reader are the same place. Suppressed ones are taken out. All formats are
// made from this.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_ROWS_H
#define STM_RT_REPORT_ROWS_H

#include "report/merge.h"
#include "report/object.h"
#include "report/symbolize.h"

namespace stm::rt {

struct ConflictRow {
  ConflictEntry Entry;
  Frames Victim;            ///< Empty: at commit, and no stack was taken.
  Frames Culprit;           ///< Empty: not known.
  Frames CulpritEntry;      ///< Where its block was entered; empty: not known.
  stm_site CulpritBlock{};  ///< All null: not known.
  ObjectInfo Object;        ///< Of the newest address.
  bool VictimWrites = true; ///< Its block does at times.

  Sharing sharing() const;
  StoreEffect effect() const;
  /// What may help; null: nothing known.
  const char *advice() const;
  /// The part of the victims' time that would be saved without it: all that
  /// they lost by it. See the README for what this model leaves out.
  double predictedGain(const MergedFacts &Facts) const;
};

struct InevitableRow {
  InevitableEntry Entry;
  Frames Where;

  /// As a conflict's.
  const char *advice() const;
};

struct BlockRow {
  BlockEntry Entry;
};

/// The block's name, or "bank.cpp:12"; nothing if neither is known.
void appendPlainBlock(__sanitizer::InternalScopedString &Out,
                      const stm_site &Block);

/// By their texts: each use of a header has strings of its own.
bool sameBlock(const stm_site &A, const stm_site &B);

class ReportRows {
public:
  /// \p Full symbolizes every entry, otherwise only those that a summary may
  /// need; suppressions need all.
  ReportRows(const MergedFacts &Facts, bool Full);
  ~ReportRows();
  ReportRows(const ReportRows &) = delete;
  ReportRows &operator=(const ReportRows &) = delete;

  const MergedFacts &Facts;
  __sanitizer::InternalMmapVector<ConflictRow *> Conflicts; ///< Ranked.
  __sanitizer::InternalMmapVector<InevitableRow *> Inevitables;
  /// Cancelled attempts and retries. Empty unless Full; in no total.
  __sanitizer::InternalMmapVector<ConflictRow *> Intended;
  __sanitizer::InternalMmapVector<BlockRow *> Blocks; ///< Most time first.
  FactTotals AllConflicts{}; ///< Suppressed and other ones included.
  FactTotals AllInevitables{};
  FactTotals SuppressedConflicts{};
  FactTotals SuppressedInevitables{};
  FactTotals OtherConflicts{}; ///< Neither in rows nor suppressed.
  FactTotals OtherInevitables{};

  /// Rollbacks and inevitable transactions that are not suppressed, whether or
  /// not a fact of them was kept.
  bool hasConflicts() const;
  bool hasInevitables() const;

private:
  void addConflict(const ConflictEntry &Entry);
  void addBlock(const BlockEntry &Entry);
  void findOut(ConflictRow &Row) const;
  void addInevitable(const InevitableEntry &Entry);
};

} // namespace stm::rt

#endif // STM_RT_REPORT_ROWS_H
