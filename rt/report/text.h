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
