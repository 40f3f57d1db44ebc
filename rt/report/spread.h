//===- report/spread.h - how a number is spread -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A histogram: exact below 16, two buckets for each doubling from there on.
// All zero is empty.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_SPREAD_H
#define STM_RT_REPORT_SPREAD_H

#include <cstdint>

namespace stm::rt {

class Spread {
public:
  void add(uint32_t Value, uint64_t Times = 1) {
    Counts[bucketOf(Value)] += Times;
    if (Value > Max)
      Max = Value;
  }
  void add(const Spread &Other) {
    for (unsigned I = 0; I != Buckets; ++I)
      Counts[I] += Other.Counts[I];
    if (Other.Max > Max)
      Max = Other.Max;
  }
  uint64_t total() const {
    uint64_t Total = 0;
    for (uint64_t Count : Counts)
      Total += Count;
    return Total;
  }
  uint32_t max() const { return Max; }

  /// What \p Percent of the values don't exceed, up to a bucket's width. \p
  /// FurtherZeros were not added one by one.
  uint32_t percentile(unsigned Percent, uint64_t FurtherZeros = 0) const {
    uint64_t Below = FurtherZeros;
    // Rounded up, so that of two values the median is the first.
    uint64_t Wanted = ((total() + FurtherZeros) * Percent + 99) / 100;
    for (unsigned I = 0; I != Buckets; ++I) {
      Below += Counts[I];
      if (Below >= Wanted)
        return lastOf(I) < Max ? lastOf(I) : Max;
    }
    return Max;
  }

private:
  static constexpr unsigned ExactBits = 4;
  static constexpr unsigned Exact = 1u << ExactBits;
  static constexpr unsigned Buckets = Exact + 2 * (32 - ExactBits);

  static unsigned bucketOf(uint32_t Value) {
    if (Value < Exact)
      return Value;
    unsigned High = 31 - static_cast<unsigned>(__builtin_clz(Value));
    return Exact + 2 * (High - ExactBits) + ((Value >> (High - 1)) & 1);
  }
  static uint32_t lastOf(unsigned Bucket) {
    if (Bucket < Exact)
      return Bucket;
    unsigned High = ExactBits + (Bucket - Exact) / 2;
    uint64_t First = (uint64_t{2} | ((Bucket - Exact) & 1)) << (High - 1);
    return static_cast<uint32_t>(First + (uint64_t{1} << (High - 1)) - 1);
  }

  uint64_t Counts[Buckets];
  uint32_t Max;
};

} // namespace stm::rt

#endif // STM_RT_REPORT_SPREAD_H
