//===- tool/symbolize.h - names for what a report knows by address *- C++
//-*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_SYMBOLIZE_H
#define STM_RT_TOOL_SYMBOLIZE_H

#include "tool/report.h"

namespace stm::tool {

/// Gives functions and lines to frames of which only module and offset are
/// known, inlined frames included, and member paths ("accounts[17].balance") to
/// global variables. Looked up in the modules themselves, or, of a stripped
/// one, in the file of the same name (or with ".debug" behind it) that is, or
/// is in, one of \p Symbols. What can't be found out stays as it is.
void symbolize(Report &R, const std::vector<std::string> &Symbols = {});

/// As the runtime has it: demangled, a transactional version (_ZGTt…) under its
/// original's name, without what compilers append to copies.
std::string readableName(const std::string &Name);

} // namespace stm::tool

#endif // STM_RT_TOOL_SYMBOLIZE_H
