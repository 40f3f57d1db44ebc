//===- version/lookahead.h - what a scan is about to need -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A walk waits for its first record, which is in the cache of whoever wrote it.
// Who scans memory walks over the next stripes next, so their records are
// fetched ahead. Beside one updater a scan of 131,072 words walks for one
// stripe in four or five. 16 stripes ahead are enough; 8 were less good, 32 and
// 48 no better. Without the next two as well sixteen hot words were scanned a
// sixth less often.
//
// By addresses: the orecs of neighbours are neighbours, but not in their order
// (orecIndex).
//
// Heads are only fetched, never looked into: what they refer to may be gone.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_LOOKAHEAD_H
#define STM_RT_VERSION_LOOKAHEAD_H

#include "version/orec.h"

namespace stm::rt {

class Lookahead {
public:
  /// A snapshot as of \p S walks for \p Address, whose orec is \p Index.
  STM_FAST_PATH void from(uint32_t Index, const void *Address, Timestamp S) {
    // Upper bits don't matter: the table has no more than these.
    auto Stripe = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(Address) >>
                                        StripeBits);
    uint32_t Fold = Stripe ^ Index;
    uint32_t Fresh = Stripe + Stripes - Last;
    Last = Stripe + Stripes;
    if (Fresh > 2 * Stripes) // Out of sequence.
      return;
    // Of hot stripes the next ones' heads will have changed: those once more.
    fetch(Stripe + 1, Fold, S);
    fetch(Stripe + 2, Fold, S);
    for (uint32_t Ahead = Fresh < Stripes ? Fresh : Stripes; Ahead; --Ahead)
      fetch(Last - Ahead + 1, Fold, S);
  }

private:
  static constexpr uint32_t Stripes = 16;

  STM_FAST_PATH void fetch(uint32_t Stripe, uint32_t Fold, Timestamp S) const {
    const Orec &O = OrecTable[(Stripe ^ Fold) & (OrecCount - 1)];
    const void *Head = O.headForOwner();
    // Without a branch: nobody could predict it.
    __builtin_prefetch(O.peek().raw() > S ? Head : this);
  }

  uint32_t Last = 0; ///< Stripe that has been looked at.
};

} // namespace stm::rt

#endif // STM_RT_VERSION_LOOKAHEAD_H
