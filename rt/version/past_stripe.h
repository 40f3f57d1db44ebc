//===- version/past_stripe.h - what a walk has found ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A snapshot reads the words of a stripe mostly one right after the other. The
// first one's walk finds out about the whole stripe, for the rest of them.
//
// Invariants, of a snapshot as of S
//  1. Bytes that are Covered are what was there as of S, for ever: they come
//     from the oldest record newer than S that covers them, and a chain never
//     grows at that end.
//  2. While the orec's word is Word, no other byte of the stripe has a record
//     newer than S. So a value stands if the word, loaded after it, is still
//     the same. (A word comes back only if nothing was stored under the lock,
//     or from the collector, which doesn't change what S sees.)
//  3. Memory that the snapshot allocates has no past that it may see: then all
//     is forgotten, and at the snapshot's end.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_PAST_STRIPE_H
#define STM_RT_VERSION_PAST_STRIPE_H

#include "base/shared_copy.h"
#include "base/test_point.h"
#include "version/record.h"

#include <algorithm>

namespace stm::rt {

class PastStripe {
public:
  void forget() { Begin = None; }

  // --- During a walk
  /// For the stripe of \p Address, whose orec is \p O.
  STM_FAST_PATH void start(const void *Address, const Orec &O) {
    Begin = reinterpret_cast<uintptr_t>(Address) & ~uintptr_t{StripeBytes - 1};
    Owner = &O;
    Word = Unsettled;
    memset(Covered, 0, sizeof(Covered));
  }
  /// Those newer than S, newest first.
  STM_FAST_PATH void add(const UndoRecord &R) {
    uintptr_t Offset = R.start() - Begin;
    if (Offset >= StripeBytes) // Of another stripe, with the same orec.
      return;
    size_t Size = R.size();
    if (STM_UNLIKELY(Size != 8 || Offset % 8 != 0))
      return addAny(R);
    uint64_t Old = loadShared(reinterpret_cast<const uint64_t *>(&R) - 1);
    memcpy(Bytes + Offset, &Old, 8);
    memset(Covered + Offset, All, 8);
  }
  /// The walk has ended; it began when the orec was unlocked, with \p Seen.
  void settle(OrecWord Seen) { Word = Seen.raw(); }

  // --- After it
  /// \p Value is what was loaded from \p Address, of this stripe, before the
  /// walk; makes it what was there as of S.
  STM_FAST_PATH void layOver(const void *Address, void *Value,
                             size_t Size) const {
    uintptr_t Offset = reinterpret_cast<uintptr_t>(Address) - Begin;
    if (STM_LIKELY(Size == 8 && Offset <= StripeBytes - 8)) {
      uint64_t Mask, Old, New;
      memcpy(&Mask, Covered + Offset, 8);
      memcpy(&Old, Bytes + Offset, 8);
      memcpy(&New, Value, 8);
      New = (New & ~Mask) | (Old & Mask);
      memcpy(Value, &New, 8);
      return;
    }
    layOverBytes(Offset, static_cast<char *>(Value), Size);
  }

  /// \p Value becomes what was at \p Address as of S, if that takes no walk.
  /// Nothing here needs more registers than two or three: nearly all that a
  /// scan does beside an updater is this.
  template <class T>
  STM_FAST_PATH bool tryRead(const T *Address, T &Value) const {
    uintptr_t Offset = reinterpret_cast<uintptr_t>(Address) - Begin;
    if (Offset > StripeBytes - sizeof(T) || STM_INJECTS_AT_READS)
      return false;
    T Mask, Old;
    memcpy(&Mask, Covered + Offset, sizeof(T));
    memcpy(&Old, Bytes + Offset, sizeof(T));
    T Now = loadShared(Address);
    STM_TEST_POINT(ReadBeforeWord);
    bool Stands =
        Owner->load().raw() == Word || STM_MUTATION(PastStripeUnchecked);
    // Which word of the stripe is covered nobody could predict either.
    Value = static_cast<T>((Now & ~Mask) | (Old & Mask));
    return STM_LIKELY(Stands) || Mask == static_cast<T>(~T{0});
  }

private:
  /// Nothing is known: no memory is there. (There may be reads through null.)
  static constexpr uintptr_t None = uintptr_t{1} << 63;
  /// What no orec's word is while it is unlocked.
  static constexpr uint64_t Unsettled = ~uint64_t{0};
  static constexpr unsigned char All = 0xff;

  STM_SLOW_PATH STM_SPARING void addAny(const UndoRecord &R) {
    uintptr_t Offset = R.start() - Begin;
    copyFromShared(Bytes + Offset, R.bytes(), R.size());
    memset(Covered + Offset, All, R.size());
  }
  STM_SLOW_PATH STM_SPARING void layOverBytes(uintptr_t Offset, char *To,
                                              size_t Size) const {
    size_t End = std::min(Size, StripeBytes - Offset);
    for (size_t I = 0; I != End; ++I)
      if (Covered[Offset + I])
        To[I] = Bytes[Offset + I];
  }

  uintptr_t Begin = None;
  uint64_t Word = Unsettled;
  const Orec *Owner = nullptr;
  unsigned char Covered[StripeBytes] = {}; ///< A byte each: All, or 0.
  char Bytes[StripeBytes] = {};
};

} // namespace stm::rt

#endif // STM_RT_VERSION_PAST_STRIPE_H
