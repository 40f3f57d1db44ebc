//===- report/write_trace.h - a timeline and weighted stacks ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Formats of other people's viewers.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_WRITE_TRACE_H
#define STM_RT_REPORT_WRITE_TRACE_H

#include "report/rows.h"

namespace stm::rt {

/// Chrome's trace format (Perfetto, chrome://tracing, speedscope): a track for
/// each thread, an arrow from the culprit of a rollback to its victim.
void writeTrace(__sanitizer::InternalScopedString &Out, const ReportRows &Rows,
                int Pid, double NanosecondsPerTick);

/// A line for each conflict: the victim's stack, outermost first, with
/// semicolons between, and the nanoseconds lost (flamegraph.pl, speedscope).
void writeCollapsed(__sanitizer::InternalScopedString &Out,
                    const ReportRows &Rows, double NanosecondsPerTick);

} // namespace stm::rt

#endif // STM_RT_REPORT_WRITE_TRACE_H
