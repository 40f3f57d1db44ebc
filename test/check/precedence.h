//===- check/precedence.h - who must come before whom -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The graph of checker.h. A node is an attempt, or a moment: there is one at
// each attempt's end. Edges lead from an attempt to the moment of its end, from
// each moment to the next one, and from the newest moment before an attempt's
// begin to that attempt.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_PRECEDENCE_H
#define STM_TEST_CHECK_PRECEDENCE_H

#include "history.h"

namespace stm::check {

struct Because {
  enum Kind : uint8_t { Time, WasRead, Overwrote };
  Kind Why = Time;
  uint32_t Cell = 0;
  uint64_t Value = 0;    ///< That was read.
  uint64_t NewValue = 0; ///< That replaced it.
};

class Precedence {
public:
  /// With the edges of time.
  Precedence(const History &H, bool OnlyCommitted, Clocks Of = Clocks::One);

  void add(uint32_t Before, uint32_t After, Because Why) {
    Edges.push_back({Before, After, Why});
  }

  /// A short cycle, a line an edge; empty if there is none. Once.
  std::string findCycle();

private:
  struct Edge {
    uint32_t From, To;
    Because Why;
  };

  /// \p ByEnd: the attempts that count, by their ends.
  void addTime(const std::vector<uint32_t> &ByEnd);
  void addTimeOfThreads(const std::vector<uint32_t> &ByEnd);
  void sortEdges();
  /// Nodes on some cycle, in order; empty if there is none.
  std::vector<uint32_t> findAnyCycle() const;
  /// The edges of a shortest way from \p Node back to it.
  std::vector<const Edge *> shortestCycle(uint32_t Node) const;
  std::string describe(const std::vector<const Edge *> &Cycle) const;
  /// Of the attempt that it comes from. Those from a moment are not the first.
  Ticket beginOf(const Edge &E) const {
    return isAttempt(E.From) ? H.Attempts[E.From].Begin : ~Ticket{0};
  }
  bool isAttempt(uint32_t Node) const { return Node < H.Attempts.size(); }

  const History &H;
  uint32_t Nodes;
  std::vector<Edge> Edges;       ///< By From, when sorted.
  std::vector<uint32_t> FirstOf; ///< Of each node, then the end.
};

} // namespace stm::check

#endif // STM_TEST_CHECK_PRECEDENCE_H
