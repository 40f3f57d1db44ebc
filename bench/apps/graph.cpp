//===- apps/graph.cpp - builds a graph from its edges ---------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each edge is put into the lists of neighbours of both its ends, in one small
// transaction for each. A few nodes have many more neighbours than the others.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"

namespace {

struct Edge {
  uint32_t From, To;
};

class Graph : public App {
  Input In;
  uint64_t Nodes;
  Array<Edge> Edges;
  Array<uint64_t> Offsets; ///< Where a node's neighbours begin.
  Array<uint32_t> Degrees;
  Array<uint32_t> Neighbours;

  BENCH_TX static void add(uint32_t *Degree, uint32_t *Neighbours,
                           uint32_t To) {
    uint32_t At = *Degree;
    *Degree = At + 1;
    Neighbours[At] = To;
  }

  /// Of the neighbours of a node, whatever their order.
  static uint64_t mixed(uint64_t From, uint64_t To) {
    uint64_t Hash = (From << 32 ^ To) * 0x9E3779B97F4A7C15u;
    return Hash ^ Hash >> 29;
  }

public:
  explicit Graph(const Input &In)
      : In(In), Nodes(In.scaled(1 << 18, 64)), Edges(8 * Nodes),
        Offsets(Nodes + 1), Degrees(Nodes), Neighbours(2 * Edges.size()) {
    Random R(In.Seed);
    for (Edge &E : Edges) {
      // Small numbers are more frequent.
      uint64_t From = R.below(Nodes), To = R.below(Nodes);
      From = From * R.below(1024) / 1024;
      E = {static_cast<uint32_t>(From), static_cast<uint32_t>(To)};
      ++Offsets[From + 1];
      ++Offsets[To + 1];
    }
    for (uint64_t N = 0; N < Nodes; ++N)
      Offsets[N + 1] += Offsets[N];
  }

  void work(unsigned Thread) override {
    Share Part(Edges.size(), Thread, In.Threads);
    auto Add = [this](uint32_t From, uint32_t To) {
      uint32_t *Degree = &Degrees[From];
      uint32_t *Of = &Neighbours[Offsets[From]];
      atomically([=] { add(Degree, Of, To); });
    };
    for (uint64_t I = Part.Begin; I < Part.End; ++I) {
      Add(Edges[I].From, Edges[I].To);
      Add(Edges[I].To, Edges[I].From);
    }
  }

  const char *check() override {
    uint64_t Expected = 0, Sum = 0;
    for (const Edge &E : Edges)
      Expected += mixed(E.From, E.To) + mixed(E.To, E.From);
    for (uint64_t N = 0; N < Nodes; ++N) {
      if (Degrees[N] != Offsets[N + 1] - Offsets[N])
        return "a node has lost or gained neighbours";
      for (uint64_t I = Offsets[N]; I < Offsets[N + 1]; ++I)
        Sum += mixed(N, Neighbours[I]);
    }
    return Sum == Expected ? nullptr : "a neighbour is the wrong one";
  }
  uint64_t operations() const override { return 2 * Edges.size(); }
};

const AppKind Kind("graph", "lists of neighbours from 2 M edges",
                   makeApp<Graph>);

} // namespace
