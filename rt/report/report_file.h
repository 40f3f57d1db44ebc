//===- report/report_file.h - opens the file of a report --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A folder that others may write to (/tmp) can hold what they have put where a
// report is about to go: a link to a file of ours, a file that they will read,
// a pipe that nobody empties. There, only a plain file of our own that has no
// other name is written to, and no link is followed. Elsewhere a link is what
// the user wants.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_REPORT_FILE_H
#define STM_RT_REPORT_REPORT_FILE_H

namespace stm::rt {

/// With the report's lock. Opens \p Path for writing, from its beginning or to
/// \p Append to it. Negative: it can't be, and \p Why says why.
int openReportFile(const char *Path, bool Append, const char *&Why);

} // namespace stm::rt

#endif // STM_RT_REPORT_REPORT_FILE_H
