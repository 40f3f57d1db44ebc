//===- check/history.h - what transactions read and wrote -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A history: the attempts of all threads, aborted ones too, with what each of
// them read and wrote, and when it ran.
//
// Time is told by tickets from one counter. An attempt's first ticket is taken
// before it begins and its last one after it has ended, so "ended before
// another began" is never claimed wrongly.
//
// What the checker asks for:
//  1. A cell never gets the same value twice, nor its initial one again.
//  2. Who writes a cell has read it before in the same attempt. So each version
//     says which one it replaced (Kingsbury and Alvaro, "Elle: inferring
//     isolation anomalies from experimental observations", VLDB 2020, call such
//     histories traceable and recoverable).
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_HISTORY_H
#define STM_TEST_CHECK_HISTORY_H

#include <cstdint>
#include <string>
#include <vector>

namespace stm::check {

/// 0: unknown.
using Ticket = uint64_t;

struct Cell {
  std::string Name;
  uint64_t Initial = 0;
};

struct Operation {
  enum Kind : uint8_t { Read, Write };
  Kind What;
  uint32_t Cell;
  uint64_t Value;
  /// The newest ticket when a read returned.
  Ticket After = 0;
};

struct Attempt {
  unsigned Thread;
  unsigned Number; ///< Among those of its thread, from 1 on.
  bool Committed;
  Ticket Begin;
  Ticket AskedToCommit; ///< The body had ended. 0: it never did.
  Ticket End;
  size_t First, Last; ///< Its operations, a range of History::Operations.
};

struct History {
  std::vector<Cell> Cells;
  std::vector<Attempt> Attempts;
  std::vector<Operation> Operations;
};

/// What of time an order has to keep to: where threads don't know of each
/// other's ends, there is nothing that "before" could mean.
enum class Clocks : uint8_t {
  One,       ///< All threads know of all ends.
  OfThreads, ///< Each knows of its own, and the last attempt of all.
};

/// All of it, an attempt a line, by the time of the begins.
std::string toText(const History &H);
/// "T2.1 (committed)"
std::string nameOf(const Attempt &A);

} // namespace stm::check

#endif // STM_TEST_CHECK_HISTORY_H
