//===- apps/clusters.cpp - k-means ----------------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each point goes to the nearest centre, by plain code: the centres of a round
// don't change. One transaction a point adds it to the new centre's sum. The
// coordinates are small integers, so that the sums don't depend on the order.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"
#include "common/phase.h"

namespace {

template <unsigned Centres> class Clusters : public App {
  static constexpr unsigned Dimensions = 24;
  static constexpr unsigned Rounds = 8;
  struct alignas(64) Sum {
    double Of[Dimensions];
    uint64_t Count;
  };
  struct Centre {
    double At[Dimensions];
  };

  Input In;
  uint64_t Points;
  Array<float> Coordinates;
  Array<Centre> Now;
  Array<Sum> Next;
  PhaseBarrier Phase;
  const char *Wrong = nullptr;

  unsigned nearest(const float *P) const {
    unsigned Best = 0;
    double Least = 1e300;
    for (unsigned C = 0; C < Centres; ++C) {
      double Distance = 0;
      for (unsigned D = 0; D < Dimensions; ++D) {
        double Difference = P[D] - Now[C].At[D];
        Distance += Difference * Difference;
      }
      if (Distance < Least) {
        Least = Distance;
        Best = C;
      }
    }
    return Best;
  }

  BENCH_TX static void add(Sum *To, const float *P) {
    for (unsigned D = 0; D < Dimensions; ++D)
      To->Of[D] += P[D];
    ++To->Count;
  }

  void moveCentres() {
    uint64_t Count = 0;
    for (unsigned C = 0; C < Centres; ++C) {
      Count += Next[C].Count;
      for (unsigned D = 0; D < Dimensions && Next[C].Count; ++D)
        Now[C].At[D] = Next[C].Of[D] / static_cast<double>(Next[C].Count);
      Next[C] = Sum();
    }
    if (Count != Points)
      Wrong = "a point is in no cluster, or in two";
  }

public:
  explicit Clusters(const Input &In)
      : In(In), Points(In.scaled(Centres < 20 ? 30'000 : 15'000, Centres)),
        Coordinates(Points * Dimensions), Now(Centres), Next(Centres),
        Phase(In.Threads) {
    Random R(In.Seed);
    // Around 16 places.
    for (uint64_t P = 0; P < Points; ++P)
      for (unsigned D = 0; D < Dimensions; ++D)
        Coordinates[P * Dimensions + D] =
            static_cast<float>((P % 16 * (D + 3) * 37) % 200 + R.below(50));
    for (unsigned C = 0; C < Centres; ++C)
      for (unsigned D = 0; D < Dimensions; ++D)
        Now[C].At[D] = Coordinates[C * Dimensions + D];
  }

  void work(unsigned Thread) override {
    Share Part(Points, Thread, In.Threads);
    for (unsigned Round = 0; Round < Rounds; ++Round) {
      for (uint64_t I = Part.Begin; I < Part.End; ++I) {
        const float *P = &Coordinates[I * Dimensions];
        Sum *To = &Next[nearest(P)];
        atomically([=] { add(To, P); });
      }
      Phase.wait();
      if (Thread == 0)
        moveCentres();
      Phase.wait();
    }
  }

  const char *check() override { return Wrong; }
  uint64_t operations() const override { return Points * Rounds; }
  uint64_t result() const override {
    double Total = 0;
    for (const Centre &C : Now)
      for (unsigned D = 0; D < Dimensions; ++D)
        Total += C.At[D] * (D + 1);
    return static_cast<uint64_t>(Total);
  }
};

const AppKind Few("clusters/15", "k-means with 15 clusters",
                  makeApp<Clusters<15>>);
const AppKind Many("clusters/40", "k-means with 40 clusters",
                   makeApp<Clusters<40>>);

} // namespace
