//===- tool/figures.h - the page's drawings ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_FIGURES_H
#define STM_RT_TOOL_FIGURES_H

#include "tool/report.h"

namespace stm::tool {

/// \p Text as part of a page or of an attribute's value.
std::string escaped(const std::string &Text);

/// \p Name as readers find it in the page: a block, or the function that it is
/// in.
std::string labelOf(const Side &S);

/// Who rolls back whom, as SVG: blocks on the left cost those on the right
/// time. Empty: nobody is known to.
std::string flowGraph(const Report &R);

/// What threads did when, as SVG, with arrows from who rolled back to who was.
/// Empty: the report has no timeline.
std::string timeline(const Report &R);

/// A bar of where time went; empty if none did.
std::string timeBar(const Buckets &Time);
/// What its colours mean, with times and shares.
std::string timeLegend(const Buckets &Time);

} // namespace stm::tool

#endif // STM_RT_TOOL_FIGURES_H
