//===- abi/words.h - strings, a word at a time ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_WORDS_H
#define STM_RT_ABI_WORDS_H

#include "base/port.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace stm::rt::abi {

constexpr uint64_t Ones = 0x0101010101010101;
constexpr uint64_t Highs = 0x8080808080808080;

/// Has the top bit of the lowest zero byte set and no bit below it. Bits above
/// it mean nothing.
inline uint64_t zeroBytes(uint64_t Word) {
  return (Word - Ones) & ~Word & Highs;
}

/// The lowest \p Bytes bytes, 1 to 8.
inline uint64_t lowBytes(unsigned Bytes) {
  return ~uint64_t{0} >> (64 - 8 * Bytes);
}

inline unsigned byteIndex(uint64_t Mask) {
  return static_cast<unsigned>(std::countr_zero(Mask)) / 8;
}

/// The order of the bytes that \p Mask begins with.
inline int orderAt(uint64_t Mask, uint64_t A, uint64_t B) {
  unsigned Shift = 8 * byteIndex(Mask);
  return static_cast<int>((A >> Shift) & 255) -
         static_cast<int>((B >> Shift) & 255);
}

constexpr size_t NoLimit = ~size_t{0};

/// Compares strings, or at most \p Limit bytes of them, at least one, with a
/// look at each stripe instead of each word. \p Load: an aligned word. \p Look:
/// whether what has been loaded of a word's stripe stands. Nothing if something
/// doesn't. Words are loaded that hold a byte of the string, up to where they
/// differ; what hasn't been looked at decides only how much more is loaded of
/// stripes that have been begun.
template <size_t StripeBytes, class LoadWord, class LookAtWord>
STM_FAST_PATH std::optional<int> tryCompareStrings(const void *A, const void *B,
                                                   size_t Limit, LoadWord Load,
                                                   LookAtWord Look) {
  auto Bits = [](const void *Address) {
    return reinterpret_cast<uintptr_t>(Address);
  };
  auto Skipped = static_cast<unsigned>(Bits(A) % 8);
  auto *InA = reinterpret_cast<const uint64_t *>(Bits(A) - Skipped);
  auto *FirstB = reinterpret_cast<const uint64_t *>(Bits(B) - Bits(B) % 8);
  auto *InB = FirstB; // What is loaded next.
  // Each word of A is compared with the last bytes of a word of B and the first
  // ones of the next; or they lie alike, and there are none of the next.
  unsigned Shift = static_cast<unsigned>(Bits(B) - Skipped) % 8;
  uint64_t Before = 0;
  if (Shift != 0 && Bits(B) % 8 >= Skipped)
    Before = Load(InB++);
  size_t Left = std::min(Limit, ~size_t{0} - 8) + Skipped;
  uint64_t Ignored = Skipped ? lowBytes(Skipped) : 0;
  // Before a word beyond a stripe is loaded. Where strings end, and not a limit
  // says how long they are, each goes on as far as its own bytes say.
  auto LookAt = [&](const uint64_t *Last, const uint64_t *Other) {
    return Look(Last) && (Limit == NoLimit || Look(Other));
  };
  for (;;) {
    uint64_t WordA = Load(InA) | Ignored;
    uint64_t WordB, Ends;
    if (Shift != 0) {
      WordB = Before >> 8 * Shift | Ignored;
      Ends = ((WordA ^ WordB) | zeroBytes(WordA)) & lowBytes(8 - Shift);
    }
    if (Shift == 0 || (!Ends && Left > 8 - Shift)) {
      if (Bits(InB) % StripeBytes == 0 && InB != FirstB &&
          !LookAt(InB - 1, InA))
        return std::nullopt;
      uint64_t Next = Load(InB++);
      WordB = Shift == 0 ? Next | Ignored : WordB | Next << (64 - 8 * Shift);
      Before = Next;
      Ends = (WordA ^ WordB) | zeroBytes(WordA);
    }
    if (Ends || Left <= 8) {
      if (!Look(InA) || !Look(InB - 1))
        return std::nullopt;
      return Ends && byteIndex(Ends) < Left ? orderAt(Ends, WordA, WordB) : 0;
    }
    Ignored = 0;
    Left -= 8;
    if (Bits(++InA) % StripeBytes == 0 && !LookAt(InA - 1, InB - 1))
      return std::nullopt;
  }
}

/// The same of a transaction.
std::optional<int> tryCompareStrings(const void *A, const void *B,
                                     size_t Limit);

} // namespace stm::rt::abi

#endif // STM_RT_ABI_WORDS_H
