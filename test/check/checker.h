//===- check/checker.h - is a history opaque? -------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two questions about a history:
//
//   strictly serializable   could the committed attempts have run one after the
//                           other, in an order that keeps to real time?
//   opaque                  could all attempts have, the aborted ones' writes
//                           having no effect?
//
// Opaque (Guerraoui and Kapalka, "On the correctness of transactional memory",
// PPoPP 2008): what any attempt has read, one that is rolled back later
// included, is one consistent state of memory, of a moment between its begin
// and its end. A transaction that reads as of a snapshot must keep to that like
// any other.
//
// How it is decided: by their graph characterization (there, theorem 2; for
// committed transactions alone it is Adya's serialization graph, "Generalized
// isolation level definitions", ICDE 2000, with edges for real time). Its nodes
// are the attempts; an edge goes from A to B if A must come first:
//
//   B read a value that A wrote;
//   B overwrote a value that A read, or wrote;
//   A ended before B began.
//
// Given the order in which each cell's values replaced each other, the history
// is opaque if and only if there is no cycle, each value that was read is the
// last one that its attempt wrote to the cell, and that attempt has committed.
// The theorem asks for some order of the values; here there is no other than
// the recorded one, since whoever writes a cell has read what it replaces
// (history.h): any order in which another value came between has the cycle
// "read, overwritten by, followed by".
//
// A history must also have been opaque at each moment before its end. What that
// adds is checked at each read: the value's writer had asked to commit by then.
//
// Edges of real time would be quadratic in number. They go through a chain of
// nodes instead, one for each attempt's end, so that all is linear in the
// number of operations but for sorting.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_CHECKER_H
#define STM_TEST_CHECK_CHECKER_H

#include "history.h"

namespace stm::check {

struct Verdict {
  bool IsStrictlySerializable = true;
  bool IsOpaque = true;
  /// Why not: a sentence, or a cycle, a line an edge.
  std::string Why;
};

/// A history that isn't as history.h asks for is neither, and Why says so.
Verdict check(const History &H, Clocks Of = Clocks::One);

} // namespace stm::check

#endif // STM_TEST_CHECK_CHECKER_H
