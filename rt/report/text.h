//===- report/text.h - the report in words ----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_TEXT_H
#define STM_RT_REPORT_TEXT_H

#include "report/rows.h"

namespace stm::rt {

struct TextStyle {
  bool Full; ///< Every entry, with stacks, and the counts of each thread.
  bool Color;
  int Pid; ///< For the prefix of each line.
  double NanosecondsPerTick;
};

/// Sanitizers' form: "==pid== …" lines and a closing "SUMMARY: …".
void writeText(__sanitizer::InternalScopedString &Out, const ReportRows &Rows,
               const TextStyle &Style);

/// The section on snapshots and versions, if there is something to say.
void writeVersions(__sanitizer::InternalScopedString &Out,
                   const ReportRows &Rows, const TextStyle &Style);

/// What is known of the snapshots that a conflict of kind MemoryLimit is about;
/// null: nothing, or the conflict is of another kind.
const EndedSnapshotsFact *endedSnapshotsOf(const ReportRows &Rows,
                                           const ConflictRow &Row);

/// "\"name\"", "the block at file:line".
void appendBlock(__sanitizer::InternalScopedString &Out, const stm_site &Block);

/// " (thread id 1234)"; nothing if it is 0.
void appendThread(__sanitizer::InternalScopedString &Out, uint32_t Thread);

/// "734 bytes", "1.2 KB", "3.4 MB", "5.6 GB".
void appendBytes(__sanitizer::InternalScopedString &Out, uint64_t Bytes);

/// "734 ns", "1.2 us", "3.4 ms", "5.6 s".
void appendDuration(__sanitizer::InternalScopedString &Out, double Nanoseconds);

/// "12 %", "1.3 %", "<0.1 %"; "0 %" of nothing.
void appendShare(__sanitizer::InternalScopedString &Out, double Part,
                 double Whole);

/// A function's name with template arguments, and then parameters, given as
/// "<...>" and "(...)" if it is longer than \p Longest.
void appendShortName(__sanitizer::InternalScopedString &Out, const char *Name,
                     size_t Longest);

} // namespace stm::rt

#endif // STM_RT_REPORT_TEXT_H
