//===- stm/eventual.hpp - updates that merge instead of conflicting -*- C++
//-*-=//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value that all transactions add to and few read:
//
//     stm::counter Hits;
//     stm::eventual<std::vector<std::string>, stm::append> Log;
//
//     stm::atomic([&] {
//       Hits += 1;
//       Log.merge({"a line"});
//     });
//     long So = Hits.value();
//
// Each thread has a part of its own, in memory of its own, and updates that
// one, transactionally: it neither conflicts with others nor has them wait for
// a cache line. The value is that of all parts together. Who asks for it reads
// them all, as any transaction reads memory: so it is exact, conflicts with
// those that update meanwhile, and in a snapshot (stm::snapshot) doesn't.
//
// What merges (plus, maximum, unite, append) has no state. Thread safety, and
// cost: those of what it calls.
//
//===----------------------------------------------------------------------===//

#ifndef STM_EVENTUAL_HPP
#define STM_EVENTUAL_HPP

#include "stm/stm.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <thread>

namespace stm {
namespace detail {

/// Small numbers for threads: no two live ones have the same, while there are
/// at most MostNumbers of them.
class ThreadNumber {
public:
  static constexpr unsigned MostNumbers = 64;

  /// Not rolled back, and need not be: the thread keeps it to its end.
  STM_PURE static unsigned get() {
    thread_local ThreadNumber Mine;
    return Mine.Number;
  }

private:
  ThreadNumber() {
    for (uint64_t Now = taken().load(); ~Now;) {
      unsigned Free = static_cast<unsigned>(__builtin_ctzll(~Now));
      if (taken().compare_exchange_weak(Now, Now | uint64_t{1} << Free)) {
        Number = Free;
        Owns = true;
        return;
      }
    }
    static std::atomic<unsigned> More{0};
    Number = More++ % MostNumbers;
  }
  ~ThreadNumber() {
    if (Owns)
      taken() &= ~(uint64_t{1} << Number);
  }
  static std::atomic<uint64_t> &taken() {
    static std::atomic<uint64_t> Taken{0};
    return Taken;
  }

  unsigned Number = 0;
  bool Owns = false;
};

} // namespace detail

/// Merges by adding.
struct plus {
  template <class T> void operator()(T &into, const T &value) const {
    into += value;
  }
};
/// Merges by keeping the larger one; the identity is the least value.
struct maximum {
  template <class T> void operator()(T &into, const T &value) const {
    if (into < value)
      into = value;
  }
};
/// Merges containers that have insert(first, last): sets, maps, multisets.
struct unite {
  template <class T> void operator()(T &into, const T &value) const {
    into.insert(value.begin(), value.end());
  }
};
/// Merges sequences: one behind the other, in some order.
struct append {
  template <class T> void operator()(T &into, const T &value) const {
    into.insert(into.end(), value.begin(), value.end());
  }
};

/// A value of type \p T that is merged of updates. \p Merge(into, value) must
/// be associative and commutative up to what the program cares about, with the
/// identity that the constructor gets (or `T()`) as its neutral element.
///
/// Thread safety: any member from any thread, in transactions as a part of
/// them, outside as a transaction of its own; constructor and destructor as
/// usual.
///
/// Cost: an update is as much as one of ordinary memory, without conflicts
/// while no more than parts() threads live; value() merges all parts. One takes
/// 64 bytes (or more, for a larger \p T) for each of parts().
template <class T, class Merge = plus>
class alignas(64) eventual { // Or what lies beside it would be written with it.
public:
  using value_type = T;

  /// The identity.
  eventual() : eventual(T()) {}
  explicit eventual(T identity)
      : Identity(std::move(identity)), Count(partsForThreads()),
        Parts(new Part[Count]) {
    for (unsigned I = 0; I != Count; ++I)
      Parts[I].Value = Identity;
  }
  eventual(const eventual &) = delete;
  eventual &operator=(const eventual &) = delete;

  /// Merges \p value into it.
  void merge(const T &value) {
    update([&](T &Mine) { Merge()(Mine, value); });
  }
  /// \p f(part) changes this thread's part, which is the merger of some
  /// updates: where that is cheaper than to make a value and merge it, such as
  /// an insert.
  template <class F> void update(F &&f) {
    T &Mine = Parts[detail::ThreadNumber::get() & (Count - 1)].Value;
    stm::atomic([&] { f(Mine); });
  }
  /// What has been merged so far, this transaction's updates included.
  /// Conflicts with updates that others commit before this transaction does.
  T value() const {
    return stm::atomic([this] {
      T All = Identity;
      for (unsigned I = 0; I != Count; ++I)
        Merge()(All, std::as_const(Parts[I].Value));
      return All;
    });
  }
  /// Makes it the identity, and returns what it was.
  T reset() {
    return stm::atomic([this] {
      T All = value();
      for (unsigned I = 0; I != Count; ++I)
        Parts[I].Value = Identity;
      return All;
    });
  }

  /// `merge`, for numbers.
  eventual &operator+=(const T &value) {
    merge(value);
    return *this;
  }

  /// So many threads update without conflicts: four for each processor, and
  /// between 16 and 64.
  unsigned parts() const { return Count; }

private:
  struct alignas(64) Part {
    T Value;
  };

  static unsigned partsForThreads() {
    unsigned Parts = 16;
    while (Parts < 4 * std::thread::hardware_concurrency() &&
           Parts < detail::ThreadNumber::MostNumbers)
      Parts *= 2;
    return Parts;
  }

  const T Identity;
  const unsigned Count; ///< A power of two.
  const std::unique_ptr<Part[]> Parts;
};

/// An eventual sum of integers: `c += n`, `c -= n`, `++c`, `c++`, `c.value()`.
///
/// Thread safety and cost: as eventual; 1 KB on up to 4 processors.
class counter {
public:
  counter() = default;
  explicit counter(long value) { *this += value; }

  /// Adds and subtracts. There is no value to return: that of the whole isn't
  /// known.
  counter &operator+=(long n) {
    Sum.update([n](long &Mine) { Mine += n; });
    return *this;
  }
  counter &operator-=(long n) { return *this += -n; }
  counter &operator++() { return *this += 1; }
  counter &operator--() { return *this += -1; }
  void operator++(int) { *this += 1; }
  void operator--(int) { *this += -1; }

  /// See eventual::value.
  long value() const { return Sum.value(); }
  /// See eventual::reset.
  long reset() { return Sum.reset(); }

private:
  eventual<long> Sum;
};

} // namespace stm

#endif // STM_EVENTUAL_HPP
