//===- mem/repetitions.h - each number once ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A long transaction's read set has the same orecs over and over. They are
// dropped in one walk, with a bit for each orec: 1 to 3 ns a read. (Sorting, as
// it was before, took two thirds of a transaction that searches a grid.)
//
// Owner only; who shares the array with others keeps them out.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_MEM_REPETITIONS_H
#define STM_RT_MEM_REPETITIONS_H

#include "mem/log_memory.h"

namespace stm::rt {

template <size_t Count> class Repetitions {
public:
  /// Leaves the first of each number below Count in \p Numbers, in their order.
  /// False if there was no memory to do it: nothing has changed.
  template <bool IsShared>
  bool dropFrom(LogVector<uint32_t, IsShared> &Numbers) {
    if (!Seen && !(Seen = static_cast<uint64_t *>(
                       allocateLogMemory(Count / 8, /*Zeroed=*/true))))
      return false;
    uint32_t *Kept = Numbers.begin();
    for (uint32_t Number : Numbers) {
      uint64_t &Word = Seen[Number / 64];
      uint64_t Bit = uint64_t{1} << Number % 64;
      if (Word & Bit) // And no store: the next one may look at the same word.
        continue;
      Word |= Bit;
      *Kept++ = Number;
    }
    Numbers.truncate(Kept);
    for (uint32_t Number : Numbers)
      Seen[Number / 64] = 0;
    return true;
  }

private:
  static_assert(Count % 64 == 0);
  uint64_t *Seen = nullptr; ///< All zero in between.
};

} // namespace stm::rt

#endif // STM_RT_MEM_REPETITIONS_H
