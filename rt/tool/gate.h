//===- tool/gate.h - what a report must not exceed --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   conditions: condition {',' condition}
//   condition:  ['+'] metric ('>' | '>=') number [unit]
//   metric:     lost | waiting | inevitable | gc | aborts
//   unit:       '%' | 'ns' | 'us' | 'ms' | 's'
//
// Spaces are allowed between words. '%' is of the threads' time, for aborts of
// all attempts; without a unit it is a number of things, which only inevitable
// and aborts have. With '+' it is by how much the new report exceeds the old
// one (for
// '%': percentage points).
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_GATE_H
#define STM_RT_TOOL_GATE_H

#include "tool/report.h"

namespace stm::tool {

enum class Metric { Lost, Waiting, Inevitable, Gc, Aborts };
enum class Unit { Count, Percent, Nanoseconds };

struct Condition {
  Metric What;
  Unit In;
  bool IsGrowth; ///< '+'
  bool OrEqual;  ///< '>='
  double Limit;
  std::string Text; ///< As the user wrote it.
};

/// Throws Error with the column of what is wrong in \p Text.
std::vector<Condition> parseConditions(const std::string &Text);

/// What \p C says if it holds of \p New: "lost>10%: 350.0 ms lost are 18 % of
/// the threads' time"; otherwise empty. Growth needs \p Old.
std::string check(const Condition &C, const Report &New,
                  const Report *Old = nullptr);

} // namespace stm::tool

#endif // STM_RT_TOOL_GATE_H
