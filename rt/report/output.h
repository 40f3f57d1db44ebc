//===- report/output.h - where the report goes ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A closed stderr, a full disk, a pipe without a reader: the report is lost,
// and nothing else happens to the program. Of a file stderr is told.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_OUTPUT_H
#define STM_RT_REPORT_OUTPUT_H

#include <stddef.h>

namespace stm::rt {

class ReportOutput {
public:
  /// options().ReportPath: a file is emptied when the process first opens it,
  /// later reports of the process and its forked children are appended if they
  /// are text. A file that can't be opened is replaced by stderr.
  ReportOutput();
  ~ReportOutput();
  ReportOutput(const ReportOutput &) = delete;
  ReportOutput &operator=(const ReportOutput &) = delete;

  bool wantsColor() const;
  void write(const char *Text, size_t Length);
  /// On stderr, in the report's place.
  static void sayThatMemoryIsOut();

private:
  static void warn(const char *What, const char *Why, const char *After);

  int Fd;
  bool IsFile;
};

} // namespace stm::rt

#endif // STM_RT_REPORT_OUTPUT_H
