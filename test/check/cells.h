//===- check/cells.h - the cells of random programs ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Few cells, so that transactions meet, laid out as is most likely to confuse
// ownership records:
//
//   u8 u16 u32 u64       neighbours in one stripe
//   alone                its own stripe, but its orec is also that of
//   twin                 which lies 32 MiB away
//   range0..range2       one range, that crosses into the next stripe
//   box                  a pointer to a block that is replaced at each write:
//                        the value is what the block holds
//   guarded0, guarded1   of a mutex each: accessed by who has locked it, in a
//                        transaction or plainly
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_CELLS_H
#define STM_TEST_CHECK_CELLS_H

#include "history.h"

#include <atomic>
#include <pthread.h>

namespace stm::check {

enum CellId : uint32_t {
  U8,
  U16,
  U32,
  U64,
  Alone,
  Twin,
  Range0,
  Range1,
  Range2,
  BoxCell,
  Guarded0,
  Guarded1,
  CellCount
};

/// Of the guarded cells, the first ones.
constexpr uint32_t MutexCount = CellCount - Guarded0;

/// What the box points to. Freed memory holds neither.
struct Box {
  uint64_t Value;
  uint64_t Inverse;
};

/// Mapped once; its addresses stay.
class Memory {
public:
  Memory();
  ~Memory();
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;

  /// All cells hold 0, and no value has been given out. While nobody runs.
  void reset();

  void *at(uint32_t Cell) const { return Address[Cell]; }
  static size_t sizeOf(uint32_t Cell);
  /// A word of the cell's stripe that isn't a cell. Null if it has none.
  uint64_t *neighbourOf(uint32_t Cell) const { return Neighbour[Cell]; }
  Box **box() const { return static_cast<Box **>(Address[BoxCell]); }
  /// Of a guarded cell.
  pthread_mutex_t &mutexOf(uint32_t Cell) { return Mutexes[Cell - Guarded0]; }

  /// A value that the cell has never had. 0 if there is none left.
  uint64_t fresh(uint32_t Cell);
  /// What is there, while nobody runs.
  uint64_t peek(uint32_t Cell) const;
  std::vector<Cell> cells() const;

private:
  char *Mapping;
  void *Address[CellCount] = {};
  uint64_t *Neighbour[CellCount] = {};
  struct alignas(64) Counter {
    std::atomic<uint64_t> Given{0};
  };
  Counter Counters[CellCount];
  pthread_mutex_t Mutexes[MutexCount] = {PTHREAD_MUTEX_INITIALIZER,
                                         PTHREAD_MUTEX_INITIALIZER};
};

/// What a box holds, or what it can't hold if it is not one.
inline uint64_t valueOf(const Box &B) {
  return B.Value == ~B.Inverse ? B.Value : ~uint64_t{0};
}

} // namespace stm::check

#endif // STM_TEST_CHECK_CELLS_H
