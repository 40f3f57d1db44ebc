//===- check/worker.h - what one thread of a program does -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_WORKER_H
#define STM_TEST_CHECK_WORKER_H

#include "cells.h"
#include "random_program.h"
#include "recorder.h"
#include "run_program.h"

#include <vector>

namespace stm::check {

class Scheduler;

/// What the threads of a history share.
struct Shared {
  Memory Cells;
  Tickets Time;
  const Program *Running = nullptr;
  /// Who decides which of them goes on. Null: they are threads of the system's.
  Scheduler *Steps = nullptr;
};

/// One of the threads. One at a time of each system thread's is the current
/// one.
class Worker {
public:
  Worker(Shared &S, unsigned Index)
      : Record(Index, S.Time), S(S), Index(Index) {}

  /// All transactions of the running program that are this thread's.
  void run();
  /// These.
  void run(const std::vector<Transaction> &Given);

  void makeCurrent() { Current = this; }
  /// What the runtime calls at a step of the protocol.
  static void hook(rt::TestPoint Point) {
    if (Current)
      Current->at(Point);
  }

  Recorder Record;
  Reached Points = {};

private:
  void run(const Transaction &T);
  void makeGarbage();
  void body(unsigned First);
  void await(uint32_t Cell);
  void inner(const Step &What);
  void guarded(const Step &What);
  void changePlainly(uint32_t Cell);
  void step(const Step &What);
  void read(uint32_t Cell) { Record.read(Cell, load(Cell)); }
  uint64_t load(uint32_t Cell);
  void store(uint32_t Cell, uint64_t New);
  void readHalves(uint32_t Cell);
  void changeHalves(uint32_t Cell);
  void readRange(uint32_t Words);
  void changeRange(uint32_t Words);
  Box *readBox();
  void swapBox();
  void at(rt::TestPoint Point);
  void dawdle();

  static thread_local constinit Worker *Current;

  Shared &S;
  unsigned Index;
  bool WritesFirst = false;
  alignas(64) uint64_t Mine = 0; ///< Nobody else looks there.
  Random Numbers{0}, Delays{0};
  const Transaction *Now = nullptr;
  const Step *Inner = nullptr;    ///< The one whose block runs.
  bool HasMutex[MutexCount] = {}; ///< In this attempt.
};

/// As the program wants the runtime to be.
void setOptions(const Program &P);

/// What all have recorded, and at the end what memory holds.
History takeHistory(Shared &S, const std::vector<Worker *> &Workers);

} // namespace stm::check

#endif // STM_TEST_CHECK_WORKER_H
