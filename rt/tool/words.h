//===- tool/words.h - numbers and names for readers -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_WORDS_H
#define STM_RT_TOOL_WORDS_H

#include "tool/report.h"

namespace stm::tool {

/// Of the threads' time: a prediction of less isn't worth a line.
inline constexpr double LeastGain = 0.001;

/// "734 ns", "1.2 us", "3.4 ms", "5.6 s".
std::string duration(uint64_t Nanoseconds);
/// "+1.2 ms", "-3.4 s", "0 ns".
std::string change(uint64_t OldNanoseconds, uint64_t NewNanoseconds);
/// "12 %", "1.3 %", "<0.1 %"; "0 %" of nothing.
std::string share(double Part, double Whole);
/// "734 bytes", "1.2 KB", "3.4 MB", "5.6 GB".
std::string bytes(uint64_t Bytes);
/// "once", "12 times".
std::string times(uint64_t Count);
/// "1 rollback", "2 rollbacks".
std::string counted(uint64_t Count, const char *What);

/// \p Text without what would move a terminal's cursor or turn a line around:
/// control characters (also the two-byte ones) and those that set a direction
/// become '?'.
std::string printable(const std::string &Text);
/// The first \p Longest bytes, whole characters, and "..." if that isn't all.
std::string shortened(const std::string &Text, size_t Longest);
/// A function's name with template arguments, and then parameters, given as
/// "<...>" and "(...)" if it is longer than \p Longest.
std::string shortName(const std::string &Name, size_t Longest = 60);

/// "\"name\"", "a block".
std::string blockName(const std::string &Name);
/// "bank.cpp:12:5", "(/bin/bank+0x1234)", or nothing.
std::string place(const Frame &F);
/// The line to show of a stack: function, place, and the library function that
/// it was in; "an unknown place" of an empty one.
std::string line(const Stack &Frames);
/// "wrote what another transaction was writing".
const char *describe(const std::string &Kind);
/// Name, member and offset, or the allocation: "accounts[17].balance", "24
/// bytes into 64 that open_account(long) main.cpp:31:12 allocated"; empty: not
/// known.
std::string describe(const Object &O);
/// "different bytes of one stripe", "two stripes of one ownership record";
/// empty: the same bytes, or not known.
const char *describeSharing(const Conflict &C);

} // namespace stm::tool

#endif // STM_RT_TOOL_WORDS_H
