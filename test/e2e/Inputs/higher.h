//===- e2e/Inputs/higher.h - what tests of the models share -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Random numbers, a world of cells that operations don't commute on, and forced
// rollbacks: a thread that writes what others read.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_HIGHER_H
#define STM_TEST_HIGHER_H

#include "e2e.h"

#include <cstdlib>

/// So many random workloads: the long form has 10000.
inline unsigned workloads(unsigned Few) {
  const char *Long = getenv("STM_TEST_LONG");
  return Long && *Long == '1' ? 10000 : Few;
}

/// Since then hardly any transaction was inevitable. (One that has been rolled
/// back too often runs alone, and counts.)
inline void expectOptimistic(uint64_t Before) {
  EXPECT(inevitableSoFar() - Before < 20);
}

/// splitmix64: a function of its state, so attempts see the same numbers.
struct Numbers {
  uint64_t State;
  explicit Numbers(uint64_t Seed) : State(Seed) {}
  uint64_t next() {
    uint64_t Z = State += 0x9e3779b97f4a7c15;
    Z = (Z ^ (Z >> 30)) * 0xbf58476d1ce4e5b9;
    Z = (Z ^ (Z >> 27)) * 0x94d049bb133111eb;
    return Z ^ (Z >> 31);
  }
  uint64_t below(uint64_t Bound) { return next() % Bound; }
};

/// Operations on them don't commute, so the state tells their order.
struct World {
  static constexpr unsigned Cells = 12;
  struct alignas(32) Cell {
    uint64_t Value = 0;
  };
  Cell Cell[Cells];

  void change(uint64_t Seed) {
    Numbers N(Seed);
    unsigned To = N.below(Cells), From = N.below(Cells);
    Cell[To].Value = Cell[To].Value * 3 + Cell[From].Value + Seed;
  }
  bool operator==(const World &Other) const {
    for (unsigned I = 0; I != Cells; ++I)
      if (Cell[I].Value != Other.Cell[I].Value)
        return false;
    return true;
  }
};

/// Has attempts rolled back now and then: reads a word, waits a moment with it,
/// and another thread writes it.
class Disturber {
public:
  Disturber() { pthread_create(&Handle, nullptr, run, this); }
  ~Disturber() {
    Stop = true;
    pthread_join(Handle, nullptr);
  }
  /// By transactions: the next commit of the disturber's ends the attempt.
  /// Elsewhere nothing.
  void suffer(uint64_t Seed) {
    if (Seed % 8 == 0 && stm_in_transaction()) {
      uint64_t Seen = Word;
      dawdle(Seen);
    }
  }

private:
  STM_PURE static void dawdle(uint64_t) { sched_yield(); }
  static void *run(void *Arg) {
    auto *Self = static_cast<Disturber *>(Arg);
    while (!Self->Stop) {
      stm::atomic([Self] { ++Self->Word; });
      usleep(50);
    }
    return nullptr;
  }
  alignas(64) uint64_t Word = 0;
  alignas(64) std::atomic<bool> Stop{false};
  pthread_t Handle;
};

#endif // STM_TEST_HIGHER_H
