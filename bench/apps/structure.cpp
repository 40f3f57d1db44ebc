//===- apps/structure.cpp - learns the structure of a Bayesian network ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From random records of a random network: a thread takes a variable, tries
// every other one as a further parent of it, and adds the edge that explains
// the records best, unless that closes a circle. A transaction is long: it
// reads the network so far and computes.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"
#include "common/queue.h"

#include <math.h>

namespace {

constexpr unsigned Variables = 32, MostParents = 4;

/// The records, a column of bits for each variable; nobody changes them.
struct Records {
  uint64_t Words;
  Array<uint64_t> Bits;
  explicit Records(uint64_t Words) : Words(Words), Bits(Words * Variables) {}
  const uint64_t *column(unsigned V) const { return &Bits[V * Words]; }
};

/// How well Parents (a set of bits) explain variable V: the logarithm of the
/// likelihood, less a price for each parameter.
BENCH_PURE double scoreOf(const Records *R, unsigned V, uint64_t Parents) {
  const uint64_t *Columns[MostParents + 1];
  unsigned Count = 0;
  for (; Parents; Parents &= Parents - 1)
    Columns[Count++] =
        R->column(static_cast<unsigned>(__builtin_ctzll(Parents)));
  double Score = 0;
  for (unsigned Values = 0; Values < 1u << Count; ++Values) {
    uint64_t All = 0, Set = 0;
    for (uint64_t W = 0; W < R->Words; ++W) {
      uint64_t Mask = ~uint64_t(0);
      for (unsigned P = 0; P < Count; ++P)
        Mask &= Values >> P & 1 ? Columns[P][W] : ~Columns[P][W];
      All += static_cast<uint64_t>(__builtin_popcountll(Mask));
      Set +=
          static_cast<uint64_t>(__builtin_popcountll(Mask & R->column(V)[W]));
    }
    const uint64_t Counts[] = {Set, All - Set};
    for (uint64_t N : Counts)
      if (N)
        Score += static_cast<double>(N) *
                 log(static_cast<double>(N) / static_cast<double>(All));
    Score -= 0.5 * log(64.0 * static_cast<double>(R->Words));
  }
  return Score;
}

struct Variable {
  uint64_t Parents;
  double Score;
};

class Structure : public App {
  Records R;
  Array<Variable> Network;
  Queue<unsigned> Tasks; ///< Variables, plus one.
  double FirstScore = 0;

  /// All that V depends on, itself included.
  BENCH_TX static uint64_t ancestorsOf(const Variable *Network, unsigned V) {
    uint64_t Seen = uint64_t(1) << V, Open = Seen;
    while (Open) {
      unsigned Next = static_cast<unsigned>(__builtin_ctzll(Open));
      uint64_t New = Network[Next].Parents & ~Seen;
      Seen |= New;
      Open = (Open & (Open - 1)) | New;
    }
    return Seen;
  }

  /// Whether V has got a parent; it may then be given another one.
  BENCH_TX static bool improve(const Records *R, Variable *Network,
                               unsigned V) {
    uint64_t Parents = Network[V].Parents;
    if (__builtin_popcountll(Parents) == MostParents)
      return false;
    double Best = Network[V].Score;
    uint64_t Chosen = Parents;
    for (unsigned P = 0; P < Variables; ++P) {
      uint64_t With = Parents | uint64_t(1) << P;
      if (With == Parents || ancestorsOf(Network, P) >> V & 1)
        continue;
      double Score = scoreOf(R, V, With);
      if (Score > Best) {
        Best = Score;
        Chosen = With;
      }
    }
    if (Chosen == Parents)
      return false;
    Network[V].Parents = Chosen;
    Network[V].Score = Best;
    return true;
  }

public:
  explicit Structure(const Input &In)
      : R(In.scaled(4096, 4)), Network(Variables) {
    Random Dice(In.Seed);
    for (uint64_t W = 0; W < R.Words; ++W)
      for (unsigned Bit = 0; Bit < 64; ++Bit)
        for (unsigned V = 0; V < Variables; ++V) {
          // Most follow one or two of the variables before them.
          uint64_t Value = Dice.below(2);
          if (V % 4 && Dice.below(10) < 8)
            Value = (R.column(V - 1)[W] >> Bit & 1) ^
                    (V > 5 ? R.column(V - 5)[W] >> Bit & 1 : 0);
          R.Bits[V * R.Words + W] |= Value << Bit;
        }
    for (unsigned V = 0; V < Variables; ++V) {
      FirstScore += Network[V].Score = scoreOf(&R, V, 0);
      Tasks.push(V + 1);
    }
  }

  void work(unsigned) override {
    Queue<unsigned> *Q = &Tasks;
    const Records *Data = &R;
    Variable *Shared = Network.data();
    while (unsigned Task = atomically([=] {
             unsigned Taken = 0;
             Q->pop(Taken);
             return Taken;
           }))
      atomically([=] {
        if (improve(Data, Shared, Task - 1))
          Q->push(Task);
      });
  }

  const char *check() override {
    double Sum = 0;
    for (unsigned V = 0; V < Variables; ++V) {
      uint64_t Above = 0;
      for (unsigned P = 0; P < Variables; ++P)
        if (Network[V].Parents >> P & 1)
          Above |= ancestorsOf(Network.data(), P);
      if (Above >> V & 1)
        return "the network has a circle";
      if (Network[V].Score != scoreOf(&R, V, Network[V].Parents))
        return "a score is another set's of parents";
      Sum += Network[V].Score;
    }
    return Sum > FirstScore ? nullptr : "nothing was learnt";
  }
};

const AppKind Kind("structure", "learns the structure of a Bayesian network",
                   makeApp<Structure>);

} // namespace
