//===- apps/mesh.cpp - refines a mesh of triangles ------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Triangles that are too large for where they lie are bisected at their longest
// edge (newest vertex bisection). The triangle beyond that edge is bisected
// with it, which may first need its neighbours to be, and so on: a transaction
// reads and changes a region whose size nobody knows before. What comes out
// does not depend on the order.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"
#include "common/queue.h"

namespace {

struct Point {
  int64_t X, Y;
};

struct Triangle {
  /// Corner 0 is the newest; the edge between the others will be cut.
  Point Corner[3];
  Triangle *Beyond[3] = {}; ///< Each is opposite to that corner.
  Triangle *Half[2] = {};   ///< Once it is cut.
  unsigned Level = 0;
};

class Mesh : public App {
  static constexpr int64_t Unit = 1 << 16, Squares = 8;
  static constexpr unsigned Places = 6;

  unsigned Deepest;
  Point Dense[Places]; ///< Near these the triangles are to be small.
  Array<Triangle> First;
  Queue<Triangle *> Bad;
  Array<Own<Counter>> Cuts;

  /// Of constants only.
  BENCH_PURE static bool isTooLarge(const Mesh *M, const Triangle *T,
                                    unsigned Level) {
    if (Level >= M->Deepest)
      return false;
    int64_t X = (T->Corner[0].X + T->Corner[1].X + T->Corner[2].X) / 3;
    int64_t Y = (T->Corner[0].Y + T->Corner[1].Y + T->Corner[2].Y) / 3;
    for (const Point &P : M->Dense) {
      int64_t DX = X - P.X, DY = Y - P.Y;
      // The square of the distance at which this level is small enough.
      if (DX * DX + DY * DY < (Unit * Unit * 256) >> Level)
        return true;
    }
    return Level < 2;
  }

  BENCH_TX static void replaceBeyond(Triangle *In, Triangle *Old,
                                     Triangle *New) {
    if (!In)
      return;
    for (Triangle *&B : In->Beyond)
      if (B == Old)
        B = New;
  }

  BENCH_TX static void connect(Triangle *A, unsigned AtA, Triangle *B,
                               unsigned AtB) {
    A->Beyond[AtA] = B;
    if (B)
      B->Beyond[AtB] = A;
  }

  /// The two halves of T; what lies beyond the cut edge isn't known to them
  /// yet.
  BENCH_TX static void halve(Triangle *T) {
    Point A = T->Corner[0], B = T->Corner[1], C = T->Corner[2];
    Point M = {(B.X + C.X) / 2, (B.Y + C.Y) / 2};
    Triangle *AtB = new Triangle{{M, A, B}, {}, {}, T->Level + 1};
    Triangle *AtC = new Triangle{{M, C, A}, {}, {}, T->Level + 1};
    AtB->Beyond[0] = T->Beyond[2];
    AtC->Beyond[0] = T->Beyond[1];
    replaceBeyond(T->Beyond[2], T, AtB);
    replaceBeyond(T->Beyond[1], T, AtC);
    connect(AtB, 2, AtC, 1);
    T->Half[0] = AtB;
    T->Half[1] = AtC;
  }

  BENCH_TX static void addIfBad(const Mesh *M, Queue<Triangle *> *To,
                                Triangle *T) {
    for (Triangle *H : T->Half)
      if (isTooLarge(M, H, H->Level))
        To->push(H);
  }

  /// Returns how many triangles have been cut.
  BENCH_TX static uint64_t cut(const Mesh *M, Queue<Triangle *> *To,
                               Triangle *T) {
    uint64_t Count = 1;
    Triangle *N = T->Beyond[0];
    if (N && N->Beyond[0] != T) {
      Count += cut(M, To, N);
      N = T->Beyond[0];
    }
    halve(T);
    if (N) {
      halve(N);
      ++Count;
      connect(T->Half[0], 1, N->Half[1], 2);
      connect(T->Half[1], 2, N->Half[0], 1);
      addIfBad(M, To, N);
    }
    addIfBad(M, To, T);
    return Count;
  }

  struct Facts {
    uint64_t Triangles;
    int64_t Area;
    const char *Wrong;
  };

  static int64_t areaOf(const Triangle *T) {
    const Point &A = T->Corner[0], &B = T->Corner[1], &C = T->Corner[2];
    return (B.X - A.X) * (C.Y - A.Y) - (C.X - A.X) * (B.Y - A.Y);
  }

  static bool hasCorner(const Triangle *T, const Point &P) {
    for (const Point &C : T->Corner)
      if (C.X == P.X && C.Y == P.Y)
        return true;
    return false;
  }

  void look(const Triangle *T, Facts &F) const {
    if (T->Half[0]) {
      look(T->Half[0], F);
      look(T->Half[1], F);
      return;
    }
    ++F.Triangles;
    F.Area += areaOf(T);
    if (isTooLarge(this, T, T->Level))
      F.Wrong = "a triangle is too large";
    for (unsigned I = 0; I < 3; ++I) {
      const Triangle *B = T->Beyond[I];
      if (!B)
        continue;
      bool Mutual = false;
      for (const Triangle *Back : B->Beyond)
        Mutual |= Back == T;
      if (!Mutual || B->Half[0])
        F.Wrong = "neighbours disagree";
      for (unsigned J = 0; J < 3; ++J)
        if (J != I && !hasCorner(B, T->Corner[J]))
          F.Wrong = "neighbours have no edge in common";
    }
  }

  static void free(Triangle *T) {
    if (!T)
      return;
    for (Triangle *H : T->Half) {
      free(H);
      delete H;
    }
  }

public:
  explicit Mesh(const Input &In)
      : Deepest(static_cast<unsigned>(In.Scale < 0.1 ? 8 : 20)),
        First(2 * Squares * Squares), Cuts(In.Threads) {
    Random R(In.Seed);
    for (Point &P : Dense)
      P = {static_cast<int64_t>(R.below(Squares * Unit)),
           static_cast<int64_t>(R.below(Squares * Unit))};
    // Each square is cut along its diagonal, which will be cut first.
    for (int64_t Y = 0; Y < Squares; ++Y)
      for (int64_t X = 0; X < Squares; ++X) {
        Point A = {X * Unit, Y * Unit}, C = {A.X + Unit, A.Y + Unit};
        Point B = {C.X, A.Y}, D = {A.X, C.Y};
        Triangle *Below = &First[static_cast<uint64_t>(2 * (Y * Squares + X))];
        Triangle *Above = Below + 1;
        *Below = {{B, C, A}, {}, {}, 0};
        *Above = {{D, A, C}, {}, {}, 0};
        connect(Below, 0, Above, 0);
        // Corner 1 of Below is C: opposite lies the lower edge. Corner 2 of
        // Above is C: opposite lies the left edge.
        if (Y)
          connect(Below, 1, Below + 1 - 2 * Squares, 1);
        if (X)
          connect(Above, 2, Above - 3, 2);
        Bad.push(Below);
        Bad.push(Above);
      }
  }
  ~Mesh() override {
    for (Triangle &T : First)
      free(&T);
  }

  void work(unsigned Thread) override {
    const Mesh *M = this;
    Queue<Triangle *> *Q = &Bad;
    uint64_t Count = 0;
    while (Triangle *T = atomically([=] {
             Triangle *Taken = nullptr;
             Q->pop(Taken);
             return Taken;
           }))
      Count += atomically([=] {
        // It may have been cut with a neighbour.
        return T->Half[0] ? 0 : cut(M, Q, T);
      });
    Cuts[Thread].Value = Count;
  }

  const char *check() override {
    Facts F = {0, 0, nullptr};
    for (const Triangle &T : First)
      look(&T, F);
    uint64_t Expected = First.size();
    for (const Counter &C : Cuts)
      Expected += C.Value;
    if (F.Triangles != Expected)
      return "triangles were lost";
    if (F.Area != 2 * Squares * Squares * Unit * Unit)
      return "the triangles do not cover the square";
    return F.Wrong;
  }
  uint64_t operations() const override { return result() - First.size(); }
  uint64_t result() const override {
    uint64_t Count = First.size();
    for (const Counter &C : Cuts)
      Count += C.Value;
    return Count;
  }
};

const AppKind Kind("mesh", "refines a mesh of triangles", makeApp<Mesh>);

} // namespace
