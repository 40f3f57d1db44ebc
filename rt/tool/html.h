//===- tool/html.h - a report as a page -------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_HTML_H
#define STM_RT_TOOL_HTML_H

#include "tool/report.h"

namespace stm::tool {

struct PageOptions {
  size_t Top = 20; ///< Entries of each list.
  /// Where source files are looked for, and nowhere else; empty: where the
  /// report says that they are, and below the current folder.
  std::vector<std::string> SourceRoots;
};

/// One page that needs nothing else: neither script, network nor fonts.
std::string html(const Report &R, const PageOptions &Options);

} // namespace stm::tool

#endif // STM_RT_TOOL_HTML_H
