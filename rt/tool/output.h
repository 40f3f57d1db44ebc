//===- tool/output.h - where the tool writes to -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_OUTPUT_H
#define STM_RT_TOOL_OUTPUT_H

#include <string>

namespace stm::tool {

/// Both throw Error if not all of \p Text could be written.
void writeToStdout(const std::string &Text);
/// What was written of a file that has no room is removed again.
void writeToFile(const std::string &Path, const std::string &Text);

} // namespace stm::tool

#endif // STM_RT_TOOL_OUTPUT_H
