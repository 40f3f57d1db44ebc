//===- tool/diff.h - what changed between two reports -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_DIFF_H
#define STM_RT_TOOL_DIFF_H

#include "tool/show.h"

namespace stm::tool {

/// What got better and worse: totals, conflicts, blocks, inevitable
/// transactions. Conflicts are matched by block, function and object, not by
/// line: lines move as a program is edited.
std::string diff(const Report &Old, const Report &New, const TextStyle &Style);

} // namespace stm::tool

#endif // STM_RT_TOOL_DIFF_H
