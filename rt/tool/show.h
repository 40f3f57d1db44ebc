//===- tool/show.h - a report in words --------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_SHOW_H
#define STM_RT_TOOL_SHOW_H

#include "tool/report.h"

namespace stm::tool {

struct TextStyle {
  size_t Top = 10;   ///< Entries of each list.
  bool Full = false; ///< All entries, with their stacks.
  bool Color = false;
};

/// What the runtime's own text says, in its words, and what only the JSON has.
std::string show(const Report &R, const TextStyle &Style);

/// \p Text in \p Code ("1": bold) if \p Style has colours.
std::string colored(const TextStyle &Style, const char *Code,
                    const std::string &Text);

} // namespace stm::tool

#endif // STM_RT_TOOL_SHOW_H
