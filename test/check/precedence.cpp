//===- check/precedence.cpp - who must come before whom -------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "precedence.h"

#include <algorithm>

namespace stm::check {

namespace {
/// So many attempts of a cycle are tried for a shorter one through them.
constexpr unsigned MostTries = 256;
} // namespace

Precedence::Precedence(const History &H, bool OnlyCommitted, Clocks Of)
    : H(H), Nodes(static_cast<uint32_t>(H.Attempts.size())) {
  std::vector<uint32_t> ByEnd;
  for (uint32_t I = 0; I != H.Attempts.size(); ++I)
    if (H.Attempts[I].Committed || !OnlyCommitted)
      ByEnd.push_back(I);
  std::sort(ByEnd.begin(), ByEnd.end(), [&](uint32_t A, uint32_t B) {
    return H.Attempts[A].End < H.Attempts[B].End;
  });
  if (Of == Clocks::One)
    addTime(ByEnd);
  else
    addTimeOfThreads(ByEnd);
}

void Precedence::addTimeOfThreads(const std::vector<uint32_t> &ByEnd) {
  // The newest one of each thread.
  std::vector<std::pair<unsigned, uint32_t>> Newest;
  for (uint32_t A : ByEnd) {
    bool IsLast = A == ByEnd.back();
    bool IsKnown = false;
    for (auto &[Thread, Before] : Newest) {
      bool IsMine = Thread == H.Attempts[A].Thread;
      if (IsMine || (IsLast && H.Attempts[Before].End < H.Attempts[A].Begin))
        add(Before, A, {});
      if (IsMine) {
        Before = A;
        IsKnown = true;
      }
    }
    if (!IsKnown)
      Newest.push_back({H.Attempts[A].Thread, A});
  }
}

void Precedence::addTime(const std::vector<uint32_t> &ByEnd) {
  uint32_t FirstMoment = Nodes;
  for (uint32_t A : ByEnd) {
    if (Nodes != FirstMoment)
      add(Nodes - 1, Nodes, {});
    add(A, Nodes++, {});
  }
  for (uint32_t A : ByEnd) {
    // How many had ended by then.
    auto Ended =
        std::lower_bound(ByEnd.begin(), ByEnd.end(), H.Attempts[A].Begin,
                         [&](uint32_t B, Ticket Begin) {
                           return H.Attempts[B].End < Begin;
                         }) -
        ByEnd.begin();
    if (Ended)
      add(FirstMoment + static_cast<uint32_t>(Ended) - 1, A, {});
  }
}

void Precedence::sortEdges() {
  FirstOf.assign(Nodes + 1, 0);
  for (const Edge &E : Edges)
    ++FirstOf[E.From + 1];
  for (uint32_t N = 0; N != Nodes; ++N)
    FirstOf[N + 1] += FirstOf[N];
  std::vector<uint32_t> Next(FirstOf.begin(), FirstOf.end() - 1);
  std::vector<Edge> Sorted(Edges.size());
  for (const Edge &E : Edges)
    Sorted[Next[E.From]++] = E;
  Edges = std::move(Sorted);
}

std::vector<uint32_t> Precedence::findAnyCycle() const {
  enum : uint8_t { New, OnPath, Done };
  std::vector<uint8_t> State(Nodes, New);
  std::vector<uint32_t> Next(FirstOf.begin(), FirstOf.end() - 1);
  std::vector<uint32_t> Path;
  for (uint32_t Root = 0; Root != Nodes; ++Root) {
    if (State[Root] != New)
      continue;
    Path.push_back(Root);
    State[Root] = OnPath;
    while (!Path.empty()) {
      uint32_t N = Path.back();
      if (Next[N] == FirstOf[N + 1]) {
        State[N] = Done;
        Path.pop_back();
        continue;
      }
      uint32_t To = Edges[Next[N]++].To;
      if (State[To] == OnPath) {
        Path.erase(Path.begin(), std::find(Path.begin(), Path.end(), To));
        return Path;
      }
      if (State[To] == New) {
        State[To] = OnPath;
        Path.push_back(To);
      }
    }
  }
  return {};
}

std::vector<const Precedence::Edge *>
Precedence::shortestCycle(uint32_t Node) const {
  // Breadth first. Moments cost nothing: what is to be short is the text.
  std::vector<const Edge *> Came(Nodes, nullptr);
  std::vector<uint32_t> Level = {Node}, Deeper;
  while (!Level.empty()) {
    while (!Level.empty()) {
      uint32_t N = Level.back();
      Level.pop_back();
      for (uint32_t I = FirstOf[N]; I != FirstOf[N + 1]; ++I) {
        const Edge &E = Edges[I];
        if (Came[E.To])
          continue;
        Came[E.To] = &E;
        if (E.To == Node) {
          std::vector<const Edge *> Cycle;
          uint32_t At = Node;
          do {
            Cycle.push_back(Came[At]);
            At = Came[At]->From;
          } while (At != Node);
          std::reverse(Cycle.begin(), Cycle.end());
          return Cycle;
        }
        (isAttempt(E.To) ? Deeper : Level).push_back(E.To);
      }
    }
    Level.swap(Deeper);
  }
  return {};
}

std::string Precedence::describe(const std::vector<const Edge *> &Cycle) const {
  std::string Text = "a cycle: each of these must come before the next one\n";
  const Edge *Left = nullptr; // Into time, from an attempt.
  for (const Edge *E : Cycle) {
    if (isAttempt(E->From))
      Left = E;
    if (!isAttempt(E->To))
      continue;
    const Attempt &Before = H.Attempts[Left->From];
    const Attempt &After = H.Attempts[E->To];
    Text += "  " + nameOf(Before);
    auto Equals = [&](uint64_t Value) {
      return H.Cells[E->Why.Cell].Name + " = " + std::to_string(Value);
    };
    switch (E->Why.Why) {
    case Because::Time:
      Text += " ended before " + nameOf(After) + " began\n";
      break;
    case Because::WasRead:
      Text += " wrote " + Equals(E->Why.Value) + ", which " + nameOf(After) +
              " read\n";
      break;
    case Because::Overwrote:
      Text += " read " + Equals(E->Why.Value) + ", which " + nameOf(After) +
              " overwrote with " + std::to_string(E->Why.NewValue) + "\n";
      break;
    }
  }
  return Text;
}

std::string Precedence::findCycle() {
  sortEdges();
  std::vector<uint32_t> Known = findAnyCycle();
  std::vector<const Edge *> Best;
  size_t BestLength = ~size_t{0};
  unsigned Tries = 0;
  for (uint32_t Node : Known) {
    if (!isAttempt(Node) || ++Tries > MostTries)
      continue;
    std::vector<const Edge *> Cycle = shortestCycle(Node);
    size_t Length = static_cast<size_t>(
        std::count_if(Cycle.begin(), Cycle.end(),
                      [&](const Edge *E) { return isAttempt(E->To); }));
    if (Length < BestLength) {
      Best = std::move(Cycle);
      BestLength = Length;
    }
  }
  if (Best.empty())
    return "";
  std::rotate(Best.begin(),
              std::min_element(Best.begin(), Best.end(),
                               [&](const Edge *A, const Edge *B) {
                                 return beginOf(*A) < beginOf(*B);
                               }),
              Best.end());
  return describe(Best);
}

} // namespace stm::check
