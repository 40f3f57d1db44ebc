//===- tx/survivors.h - what an exception takes out of its scope -*- C++
//-*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An inner block that an exception cancels is undone, but for the exception:
// its object, and whatever memory it reaches that the block allocated, keep
// their contents and stay allocated. What it reaches is found as a conservative
// garbage collector would: by any word that points into such memory.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_SURVIVORS_H
#define STM_RT_TX_SURVIVORS_H

#include "mem/allocation_log.h"

#include <span>

namespace stm::rt {

class Survivors {
public:
  Survivors() = default;
  ~Survivors();
  Survivors(const Survivors &) = delete;
  Survivors &operator=(const Survivors &) = delete;

  /// \p Blocks are all that the scope allocated, \p Root is one of them (if
  /// not, nothing survives). False: no memory to find out.
  bool find(std::span<const AllocatedBlock> Blocks, const void *Root);
  bool contains(uintptr_t Address) const {
    const Range *R = rangeOf(Address);
    return R && R->IsReached;
  }

private:
  struct Range {
    uintptr_t Begin, End;
    bool IsReached;
  };
  Range *rangeOf(uintptr_t Address) const;

  LogVector<Range> Ranges; ///< By address.
};

} // namespace stm::rt

#endif // STM_RT_TX_SURVIVORS_H
