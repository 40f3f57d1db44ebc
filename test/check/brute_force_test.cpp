//===- check/brute_force_test.cpp - the checker against all orders --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the checker says of a graph is compared with the definitions themselves:
// small random histories, with every order of their attempts tried. That is a
// test of the theorem as it is applied here as much as of the code.
//
//===----------------------------------------------------------------------===//

#include "checker.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace stm::check {

namespace {

constexpr uint32_t Cells = 2;
constexpr unsigned MostAttempts = 5;

/// Attempts that overlap at random and read whatever was there, or was before.
class RandomHistory {
public:
  explicit RandomHistory(uint64_t Seed) : Next(Seed) {
    for (uint32_t C = 0; C != Cells; ++C) {
      H.Cells.push_back({std::string(1, static_cast<char>('x' + C)), 0});
      Values.push_back({0});
    }
    // The interleaving: each attempt begins, does things and ends.
    unsigned Count = 2 + below(MostAttempts - 1);
    std::vector<unsigned> Schedule;
    for (unsigned A = 0; A != Count; ++A) {
      Schedule.insert(Schedule.end(), 3 + below(3), A);
      Started.push_back({});
    }
    std::shuffle(Schedule.begin(), Schedule.end(), Next);
    for (size_t I = 0; I != Schedule.size(); ++I) {
      unsigned A = Schedule[I];
      bool IsLast = std::find(Schedule.begin() + static_cast<long>(I) + 1,
                              Schedule.end(), A) == Schedule.end();
      Running &R = Started[A];
      if (!R.A.Begin)
        R.A = {A, 1, false, ++Now, 0, 0, 0, 0};
      else if (!IsLast)
        step(R);
      else
        end(R);
    }
  }

  History H;

private:
  struct Running {
    Attempt A = {};
    std::vector<Operation> Operations;
  };

  unsigned below(unsigned Limit) { return Next() % Limit; }

  void step(Running &R) {
    uint32_t Cell = below(Cells);
    auto Own = std::find_if(R.Operations.rbegin(), R.Operations.rend(),
                            [&](const Operation &O) { return O.Cell == Cell; });
    uint64_t Value;
    if (Own != R.Operations.rend() && below(8)) {
      Value = Own->Value;
    } else { // The newest, as a rule.
      std::vector<uint64_t> &Of = Values[Cell];
      Value = Of[Of.size() - 1 - std::min<size_t>(Of.size() - 1, below(4) / 3)];
    }
    R.Operations.push_back({Operation::Read, Cell, Value});
    if (below(2))
      R.Operations.push_back({Operation::Write, Cell, ++NewValue});
  }

  void end(Running &R) {
    R.A.End = ++Now;
    R.A.Committed = below(4);
    R.A.First = H.Operations.size();
    for (const Operation &O : R.Operations) {
      H.Operations.push_back(O);
      if (O.What == Operation::Write && (R.A.Committed || !below(4)))
        Values[O.Cell].push_back(O.Value);
    }
    R.A.Last = H.Operations.size();
    H.Attempts.push_back(R.A);
  }

  std::mt19937_64 Next;
  Ticket Now = 0;
  uint64_t NewValue = 0;
  std::vector<Running> Started;
  std::vector<std::vector<uint64_t>> Values; ///< Of each cell, in order.
};

/// Whether the attempts, run in this order, would have read what they did.
bool isLegal(const History &H, const std::vector<size_t> &Order) {
  std::vector<uint64_t> Memory(Cells, 0);
  for (size_t I : Order) {
    const Attempt &A = H.Attempts[I];
    std::vector<uint64_t> Mine = Memory;
    for (size_t O = A.First; O != A.Last; ++O) {
      const Operation &Op = H.Operations[O];
      if (Op.What == Operation::Write)
        Mine[Op.Cell] = Op.Value;
      else if (Mine[Op.Cell] != Op.Value)
        return false;
    }
    if (A.Committed)
      Memory = Mine;
  }
  return true;
}

bool keepsToTime(const History &H, const std::vector<size_t> &Order) {
  for (size_t I = 0; I != Order.size(); ++I)
    for (size_t J = I + 1; J != Order.size(); ++J)
      if (H.Attempts[Order[J]].End < H.Attempts[Order[I]].Begin)
        return false;
  return true;
}

bool hasOrder(const History &H, bool OnlyCommitted) {
  std::vector<size_t> Order;
  for (size_t I = 0; I != H.Attempts.size(); ++I)
    if (H.Attempts[I].Committed || !OnlyCommitted)
      Order.push_back(I);
  do {
    if (keepsToTime(H, Order) && isLegal(H, Order))
      return true;
  } while (std::next_permutation(Order.begin(), Order.end()));
  return false;
}

TEST(CheckerTest, AgreesWithEveryOrderOfSmallHistories) {
  unsigned Verdicts[3] = {};
  for (uint64_t Seed = 0; Seed != 50000; ++Seed) {
    History H = RandomHistory(Seed).H;
    Verdict V = check(H);
    bool Opaque = hasOrder(H, false), Serializable = hasOrder(H, true);
    ASSERT_EQ(V.IsOpaque, Opaque) << toText(H) << V.Why;
    ASSERT_EQ(V.IsStrictlySerializable, Serializable) << toText(H) << V.Why;
    ++Verdicts[Opaque + Serializable];
  }
  printf("%u opaque, %u strictly serializable only, %u neither\n", Verdicts[2],
         Verdicts[1], Verdicts[0]);
  for (unsigned Count : Verdicts)
    EXPECT_GT(Count, 1000u);
}

} // namespace

} // namespace stm::check
