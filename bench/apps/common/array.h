//===- apps/common/array.h - memory of a number of things -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_APPS_ARRAY_H
#define STM_BENCH_APPS_ARRAY_H

#include <stdint.h>

/// Allocated once; what it holds is shared, the array itself isn't changed.
/// (std::vector may not be used in GCC's transactions.)
template <class T> class Array {
  T *Items;
  uint64_t Count;

public:
  explicit Array(uint64_t Count) : Items(new T[Count]()), Count(Count) {}
  ~Array() { delete[] Items; }
  Array(const Array &) = delete;
  Array &operator=(const Array &) = delete;

  uint64_t size() const { return Count; }
  T *data() const { return Items; }
  T *begin() const { return Items; }
  T *end() const { return Items + Count; }
  T &operator[](uint64_t I) const { return Items[I]; }
};

/// What only one thread writes, on cache lines of its own.
template <class T> struct alignas(64) Own : T {};
struct Counter {
  uint64_t Value = 0;
};

#endif // STM_BENCH_APPS_ARRAY_H
