//===- version/lookahead.h - what a scan is about to need -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A walk waits for its first record, which is in the cache of whoever wrote it,
// and so are the orecs that have changed. Who scans memory walks over the next
// stripes next, so these are fetched ahead: records as soon as their orecs are
// there, orecs long before that. Beside one updater a scan of 131,072 words
// walks for one stripe in four or five. bench/snapshots/README.md has what it
// is worth.
//
// Heads are only fetched, never looked into: what they refer to may be gone.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_LOOKAHEAD_H
#define STM_RT_VERSION_LOOKAHEAD_H

#include "version/orec.h"

#include <algorithm>

namespace stm::rt {

class Lookahead {
public:
  /// A snapshot as of \p S walks for \p Address.
  STM_FAST_PATH void from(const void *Address, Timestamp S) {
    // Upper bits don't matter: the table has no more than these.
    auto Stripe = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(Address) >>
                                        StripeBits);
    uint32_t Step = Stripe - Walked;
    Walked = Stripe;
    if (Step > Records) { // Out of sequence.
      Next = Stripe & ~(Group - 1);
      return;
    }
    // Of hot stripes the next ones' heads will have changed: those once more.
    // (Without, sixteen hot words were scanned a sixth less often.)
    fetchRecord(orec(Stripe + 1), S);
    fetchRecord(orec(Stripe + 2), S);
    if (static_cast<int32_t>(Next + Group - Stripe) <= 0) // It has been passed.
      Next = Stripe & ~(Group - 1);
    for (int I = 0; I != GroupsAtOnce; ++I) {
      if (static_cast<int32_t>(Next - Stripe) > static_cast<int32_t>(Records))
        return;
      fetchGroup(S);
    }
  }

  /// Eight neighbours, whose orecs are three cache lines long.
  static constexpr uint32_t Group = 8;
  /// The first of so many orecs, all in the table, for \p Stripe and those
  /// after it: in one piece, as good as always.
  static const Orec *groupOf(uint32_t Stripe) {
    return &OrecTable[std::min(orecIndexOfStripe(Stripe),
                               static_cast<uint32_t>(OrecCount - Group))];
  }

private:
  /// How many stripes ahead of the walk, and of that.
  static constexpr uint32_t Records = 96, Orecs = 192;
  /// For a walk, at most. More than there are stripes between two walks mostly,
  /// or a long gap would use up the lead for good.
  static constexpr int GroupsAtOnce = 6;

  static const Orec &orec(uint32_t Stripe) {
    return OrecTable[orecIndexOfStripe(Stripe)];
  }
  STM_FAST_PATH void fetchRecord(const Orec &O, Timestamp S) const {
    const void *Head = O.headForOwner();
    // Without a branch: nobody could predict it.
    __builtin_prefetch(O.peek().raw() > S ? Head : this);
  }
  STM_FAST_PATH void fetchGroup(Timestamp S) {
    // Only fetched, beyond the table it does no harm.
    const auto *Far = reinterpret_cast<const char *>(&orec(Next + Orecs));
    for (uint32_t I = 0; I != Group * sizeof(Orec); I += CacheLine)
      __builtin_prefetch(Far + I);
    const Orec *Near = groupOf(Next);
#pragma clang loop unroll(full)
    for (uint32_t I = 0; I != Group; ++I)
      fetchRecord(Near[I], S);
    Next += Group;
  }

  uint32_t Walked = 0; ///< The stripe that was walked for last.
  uint32_t Next = 0;   ///< The first stripe of the group that comes next.
};

} // namespace stm::rt

#endif // STM_RT_VERSION_LOOKAHEAD_H
