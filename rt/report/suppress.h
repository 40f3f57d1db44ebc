//===- report/suppress.h - what the reader has seen and accepted *- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ThreadSanitizer's grammar: a line is empty, a #comment or type:pattern, where
// ^ and $ stand for the ends and * for anything; without them a pattern matches
// within. Types: conflict, inevitable, and called_from_lib, which stands for
// both and matches the object of any frame of the stack.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_SUPPRESS_H
#define STM_RT_REPORT_SUPPRESS_H

#include "report/symbolize.h"

namespace stm::rt {

inline constexpr char ConflictSuppression[] = "conflict";
inline constexpr char InevitableSuppression[] = "inevitable";
inline constexpr char LibrarySuppression[] = "called_from_lib";

/// What the program's __stm_default_suppressions() returns, and then the file
/// \p Path, unless that is empty. A file that can't be read and a line that
/// isn't understood end the program with a message.
void loadSuppressions(const char *Path);

bool haveSuppressions();

/// Whether a suppression of \p Type matches the function, file or object of a
/// frame, or the name of the block (may be null). Counts the \p Times.
bool isSuppressed(const char *Type, const Frames &Stack, const char *BlockName,
                  uint64_t Times);

/// A line for each suppression that has matched: how often, and which.
void appendMatchedSuppressions(__sanitizer::InternalScopedString &Out,
                               const char *LinePrefix);

} // namespace stm::rt

#endif // STM_RT_REPORT_SUPPRESS_H
