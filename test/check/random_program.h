//===- check/random_program.h - transactions made from a seed ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program is what the threads of one history do, and where they dawdle: all
// of it comes from a number. Which thread is faster doesn't, so the same number
// gives similar histories, not the same one.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_RANDOM_PROGRAM_H
#define STM_TEST_CHECK_RANDOM_PROGRAM_H

#include "cells.h"

#include "base/test_point.h"

namespace stm::check {

/// SplitMix64 (Steele, Lea, Flood 2014): any seed is as good as another.
class Random {
public:
  explicit Random(uint64_t Seed) : State(Seed) {}
  uint64_t operator()() {
    uint64_t Z = State += 0x9e3779b97f4a7c15;
    Z = (Z ^ Z >> 30) * 0xbf58476d1ce4e5b9;
    Z = (Z ^ Z >> 27) * 0x94d049bb133111eb;
    return Z ^ Z >> 31;
  }
  uint32_t below(uint32_t Limit) {
    return static_cast<uint32_t>((*this)() >> 33) % Limit;
  }
  bool oneIn(uint32_t Limit) { return below(Limit) == 0; }

private:
  uint64_t State;
};

/// What the transactions of a history may consist of, beside reads and writes.
enum Feature : unsigned {
  RollBacks = 1,  ///< Forced ones, sometimes so many that it goes on otherwise.
  Snapshots = 2,  ///< Declared.
  AloneOnes = 4,  ///< That become inevitable and run alone.
  BesideOnes = 8, ///< Inevitable, with others beside.
  Blocks = 16,    ///< malloc and free.
  Collections = 32,
  Waits = 64,    ///< stm_retry, or_else and stm_cancel.
  Mutexes = 128, ///< The program's own. Not step by step: threads own them.
};

struct Step {
  enum Kind : uint8_t {
    Read,
    Change,
    ChangeLocked, ///< Locked by a write beside it: it validates no read.
    ReadHalves,   ///< Of 8 bytes, 4 at a time.
    ChangeHalves,
    ReadRange,
    ChangeRange,
    ReadBox,
    SwapBox,
    Nest, ///< The rest is a block of its own.
    RollBack,
    GoAlone,
    GoBeside,
    Await,       ///< stm_retry while the cell holds what it began with.
    AwaitLocked, ///< The same, locked by a write beside it.
    Choose, ///< An alternative that changes the cell, then awaits \c Alone.
    Cancel, ///< An inner block that changes the cell and is cancelled.
    ReadGuarded, ///< With the cell's mutex, which is locked here.
    ChangeGuarded,
    Pause,
  };
  Kind What;
  uint32_t Cell = 0; ///< In ranges: how many words.
};

struct Transaction {
  enum Kind : uint8_t { Update, ReadOnly, Snapshot };
  Kind How = Update;
  unsigned RollBacks = 0; ///< At Step::RollBack.
  /// To its end: what is inevitable shares with plain code what it guards from
  /// where it unlocks on.
  bool KeepsMutexes = true;
  unsigned Count = 0;
  Step Steps[16];
};

constexpr unsigned MostThreads = 4;

struct Program {
  Program(uint64_t Seed, unsigned Features);

  uint64_t Seed;
  unsigned Features;
  unsigned Threads;
  unsigned Transactions; ///< Of each thread.
  /// The cells that are used.
  unsigned Count = 0;
  uint32_t Used[CellCount];

  // What the runtime is told.
  bool Quiesces;
  unsigned Spin;
  unsigned InevitableAfter;
  bool CollectsEagerly;

  // Where threads dawdle: at these points often, elsewhere now and then.
  rt::TestPoint Often[2];
  unsigned ElsewhereOneIn;

  /// The next one of a thread, whose numbers \p R has. Thread 0 awaits
  /// nothing.
  Transaction next(Random &R, unsigned Thread) const;
  /// Thread 0's last one: nobody need wait any longer.
  Transaction last() const;
};

} // namespace stm::check

#endif // STM_TEST_CHECK_RANDOM_PROGRAM_H
