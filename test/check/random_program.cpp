//===- check/random_program.cpp - transactions made from a seed -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "random_program.h"

#include <iterator>
#include <utility>

namespace stm::check {

Program::Program(uint64_t Seed, unsigned Features)
    : Seed(Seed), Features(Features) {
  Random R(Seed);
  Threads = 2 + R.below(3);
  Transactions = 2 + R.below(16);
  uint32_t Cells = Features & Blocks ? BoxCell + 1 : BoxCell;
  for (uint32_t C = 0; C != Cells; ++C)
    Used[C] = C;
  Count = 2 + R.below(4);
  for (unsigned I = 0; I != Count; ++I)
    std::swap(Used[I], Used[I + R.below(Cells - I)]);
  if (Features & Blocks && R.below(2))
    Used[0] = BoxCell;
  Quiesces = R.below(2);
  Spin = R.below(2) ? 100 : R.below(4);
  InevitableAfter = R.oneIn(4) && Features & AloneOnes ? 1 + R.below(4) : 1000;
  CollectsEagerly = R.below(2);
  for (rt::TestPoint &Point : Often)
    Point = static_cast<rt::TestPoint>(
        R.below(static_cast<uint32_t>(rt::TestPoint::Count)));
  ElsewhereOneIn = 4u << R.below(8);
}

Transaction Program::next(Random &R, unsigned Thread) const {
  Transaction T;
  unsigned How = R.below(8);
  if (How < 2 && Features & Snapshots)
    T.How = Transaction::Snapshot;
  else if (How < 3)
    T.How = Transaction::ReadOnly;
  auto Add = [&](Step::Kind What, uint32_t Cell = 0) {
    if (T.Count != std::size(T.Steps))
      T.Steps[T.Count++] = {What, Cell};
  };
  bool MayWrite = T.How == Transaction::Update && !R.oneIn(8);
  bool HasMutexes = Features & Mutexes && T.How == Transaction::Update;
  T.KeepsMutexes = !HasMutexes || R.oneIn(2);
  // What is inevitable can't wait.
  bool Waiting = Features & Waits && R.oneIn(2);
  for (unsigned Left = 1 + R.below(5); Left; --Left) {
    uint32_t Cell = Used[R.below(Count)];
    bool Writes = MayWrite && R.below(2);
    if (Cell == BoxCell)
      Add(Writes ? Step::SwapBox : Step::ReadBox);
    else if (Cell >= Range0 && Cell <= Range2 && R.below(4))
      Add(Writes ? Step::ChangeRange : Step::ReadRange, 2 + R.below(2));
    else if (Cell == U64 && R.below(2))
      Add(Writes ? Step::ChangeHalves : Step::ReadHalves, Cell);
    else
      Add(!Writes      ? Step::Read
          : R.oneIn(3) ? Step::ChangeLocked
                       : Step::Change,
          Cell);
    if (R.oneIn(4))
      Add(Step::Pause);
    if (R.oneIn(16))
      Add(Step::Nest);
    if (HasMutexes && R.oneIn(3))
      Add(R.oneIn(3) ? Step::ReadGuarded : Step::ChangeGuarded,
          Guarded0 + R.below(MutexCount));
    if (Waiting) {
      if (Cell != BoxCell && Thread != 0 && R.oneIn(4))
        Add(MayWrite && R.oneIn(3) ? Step::AwaitLocked : Step::Await, Cell);
      if (Cell != BoxCell && MayWrite && R.oneIn(4))
        Add(R.below(2) ? Step::Choose : Step::Cancel, Cell);
      continue;
    }
    if (Features & AloneOnes && T.KeepsMutexes && R.oneIn(24))
      Add(Step::GoAlone);
    if (Features & BesideOnes && T.KeepsMutexes && R.oneIn(8))
      Add(Step::GoBeside);
    if (Features & RollBacks && R.oneIn(16)) {
      T.RollBacks = R.oneIn(32) ? 10 : 1 + R.below(2);
      Add(Step::RollBack);
    }
  }
  return T;
}

Transaction Program::last() const {
  Transaction T;
  for (unsigned I = 0; I != Count; ++I)
    if (Used[I] != BoxCell)
      T.Steps[T.Count++] = {Step::Change, Used[I]};
  return T;
}

} // namespace stm::check
