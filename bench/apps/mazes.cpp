//===- apps/mazes.cpp - routes through a grid -----------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lee's algorithm: one transaction a route copies the grid, floods the copy
// from the start until it has found the end, and marks the way back in the grid
// itself. The copy is a thread's own, which the compiler can't know. "mazes"
// says so: the search is a function that needs no instrumentation, and the
// cells of the route are looked at again when they are marked. In "scratch"
// nothing is said, and each access to the copy is a transaction's.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"
#include "common/queue.h"

#include <string.h>

namespace {

/// A side of the grid; its cells have a frame that is never free.
template <unsigned Side> class Maze {
public:
  static constexpr unsigned Layers = 3, Row = Side + 2, Layer = Row * Row;
  static constexpr unsigned Cells = Layer * (Layers + 2);
  static constexpr int32_t Free = 0, Frame = -1;

  /// A thread's own memory.
  struct Scratch {
    int32_t Grid[Cells];
    uint32_t Wave[Cells];
    uint32_t Route[Cells];
  };

  static uint32_t cellAt(uint64_t X, uint64_t Y, uint64_t Z) {
    return static_cast<uint32_t>(Layer * (Z + 1) + Row * (Y + 1) + X + 1);
  }

  static void clear(int32_t *Grid) {
    for (uint32_t Cell = 0; Cell < Cells; ++Cell) {
      uint32_t X = Cell % Row, Y = Cell / Row % Row, Z = Cell / Layer;
      bool Inside = X && Y && Z && X <= Side && Y <= Side && Z <= Layers;
      Grid[Cell] = Inside ? Free : Frame;
    }
  }

  /// Finds a shortest way between two cells that are free in a copy of the
  /// grid. Returns its length; 0: there is none.
  BENCH_TX static uint32_t search(const int32_t *Grid, uint32_t From,
                                  uint32_t To, Scratch *S) {
    constexpr int32_t Steps[] = {
        1, -1, Row, -int32_t(Row), Layer, -int32_t(Layer)};
    for (uint32_t Cell = 0; Cell < Cells; ++Cell)
      S->Grid[Cell] = Grid[Cell];
    if (S->Grid[From] != Free || S->Grid[To] != Free)
      return 0;
    // Distances are noted as 1, 2, …: numbers of routes are negative.
    S->Grid[From] = 1;
    uint32_t Begin = 0, End = 0;
    S->Wave[End++] = From;
    while (Begin < End && S->Grid[To] == Free) {
      uint32_t Cell = S->Wave[Begin++];
      for (int32_t Step : Steps) {
        uint32_t Near = Cell + static_cast<uint32_t>(Step);
        if (S->Grid[Near] == Free) {
          S->Grid[Near] = S->Grid[Cell] + 1;
          S->Wave[End++] = Near;
        }
      }
    }
    if (S->Grid[To] == Free)
      return 0;
    uint32_t Length = 0, Cell = To;
    while (true) {
      S->Route[Length++] = Cell;
      if (Cell == From)
        return Length;
      for (int32_t Step : Steps)
        if (S->Grid[Cell + static_cast<uint32_t>(Step)] == S->Grid[Cell] - 1) {
          Cell += static_cast<uint32_t>(Step);
          break;
        }
    }
  }

  BENCH_PURE static uint32_t searchOwnCopy(const int32_t *Grid, uint32_t From,
                                           uint32_t To, Scratch *S) {
    return search(Grid, From, To, S);
  }

  BENCH_TX static bool mark(int32_t *Grid, const uint32_t *Route,
                            uint32_t Length, int32_t As) {
    for (uint32_t I = 0; I < Length; ++I)
      if (Grid[Route[I]] != Free)
        return false;
    for (uint32_t I = 0; I < Length; ++I)
      Grid[Route[I]] = As;
    return true;
  }
};

struct Ends {
  uint32_t From, To;
  int32_t As;
};

template <unsigned Side, bool Marked> class Mazes : public App {
  using M = Maze<Side>;
  using Scratch = typename M::Scratch;

  Input In;
  uint64_t Routes;
  Array<int32_t> Grid;
  Queue<Ends> Wanted;
  Array<Scratch> Scratches;
  Array<Own<Counter>> Cells, Found;

  BENCH_TX static uint32_t route(int32_t *Grid, Ends E, Scratch *S) {
    while (true) {
      uint32_t Length = Marked ? M::searchOwnCopy(Grid, E.From, E.To, S)
                               : M::search(Grid, E.From, E.To, S);
      // Others may have changed what an unprotected copy was made of.
      if (!Length || M::mark(Grid, S->Route, Length, E.As))
        return Length;
    }
  }

  /// The cells of E's route that can be reached from Cell, which ceases to be
  /// of it.
  static uint64_t takeBack(int32_t *Grid, uint32_t Cell, int32_t As) {
    if (Grid[Cell] != As)
      return 0;
    Grid[Cell] = M::Free;
    uint64_t Count = 1;
    constexpr uint32_t Steps[] = {1, M::Row, M::Layer};
    for (uint32_t Step : Steps)
      Count +=
          takeBack(Grid, Cell + Step, As) + takeBack(Grid, Cell - Step, As);
    return Count;
  }

public:
  explicit Mazes(const Input &In)
      : In(In), Routes(In.scaled(Marked ? 400 : 300, 4)), Grid(M::Cells),
        Scratches(In.Threads), Cells(In.Threads), Found(In.Threads) {
    M::clear(Grid.data());
    Random R(In.Seed);
    Array<bool> Taken(M::Cells);
    auto End = [&] {
      uint32_t Cell;
      do
        Cell = M::cellAt(R.below(Side), R.below(Side), R.below(M::Layers));
      while (Taken[Cell]);
      Taken[Cell] = true;
      return Cell;
    };
    for (uint64_t I = 0; I < Routes; ++I) {
      uint32_t From = End();
      Wanted.push({From, End(), -2 - static_cast<int32_t>(I)});
    }
  }

  void work(unsigned Thread) override {
    Queue<Ends> *Q = &Wanted;
    int32_t *Shared = Grid.data();
    Scratch *S = &Scratches[Thread];
    while (true) {
      Ends E = atomically([=] {
        Ends Next = {0, 0, 0};
        Q->pop(Next);
        return Next;
      });
      if (!E.As)
        return;
      uint32_t Length = atomically([=] { return route(Shared, E, S); });
      Cells[Thread].Value += Length;
      Found[Thread].Value += Length != 0;
    }
  }

  const char *check() override {
    uint64_t Expected = 0, Count = 0, Pieces = 0, Complete = 0;
    for (const Counter &C : Cells)
      Expected += C.Value;
    for (const Counter &C : Found)
      Complete += C.Value;
    for (uint32_t Cell = 0; Cell < M::Cells; ++Cell)
      if (Grid[Cell] < M::Frame) {
        Count += takeBack(Grid.data(), Cell, Grid[Cell]);
        ++Pieces;
      }
    if (Count != Expected)
      return "two routes cross";
    return Pieces == Complete ? nullptr : "a route has gaps";
  }
  uint64_t operations() const override { return Routes; }
};

const AppKind Searched("mazes", "routes through a grid; private copy, marked",
                       makeApp<Mazes<160, true>>);
const AppKind Flooded("scratch", "the same, nothing marked: scratch memory",
                      makeApp<Mazes<96, false>>);

} // namespace
