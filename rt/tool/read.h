//===- tool/read.h - a report from its JSON ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_READ_H
#define STM_RT_TOOL_READ_H

#include "tool/report.h"

#include <string_view>

namespace stm::tool {

/// Reads the file \p Path, "-" being standard input. Throws Error: the file
/// can't be read, isn't JSON (with line and column), is of another schema, or
/// has something else where the schema wants something (with the member's
/// path).
Report readReport(const std::string &Path);

/// The same of a text; \p Name stands in errors for the file.
Report parseReport(std::string_view Text, const std::string &Name);

} // namespace stm::tool

#endif // STM_RT_TOOL_READ_H
