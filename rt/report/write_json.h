//===- report/write_json.h - the report for programs ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_WRITE_JSON_H
#define STM_RT_REPORT_WRITE_JSON_H

#include "report/rows.h"

namespace stm::rt {

/// What the report is of.
struct JsonContext {
  const char *Program; ///< Path of the executable; "": not known.
  const char *Options; ///< What STM_OPTIONS held; may be null.
  int Pid;
  double NanosecondsPerTick;
};

/// As stm-report.schema.json has it.
void writeJson(__sanitizer::InternalScopedString &Out, const ReportRows &Rows,
               const JsonContext &Context);

} // namespace stm::rt

#endif // STM_RT_REPORT_WRITE_JSON_H
