//===- snapshots/words.h - a sum of words that others move ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   scan    one thread sums all words, another makes transfers between two
//   hot     sixteen words with stripes of their own, three threads that make
//           transfers: how long a scan of them takes at worst
//
// The sum stays what it is, and is checked in every scan.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_SNAPSHOTS_WORDS_H
#define STM_BENCH_SNAPSHOTS_WORDS_H

#include "blocks.h"
#include "race.h"

constexpr int64_t InEachWord = 1000;
/// Transfers between two looks at whether the time is over.
constexpr unsigned Batch = 64;

BENCH_TX BENCH_NOINLINE static int64_t sumOf(const int64_t *Words, size_t Count,
                                             size_t Stride) {
  int64_t Sum = 0;
  for (size_t I = 0; I < Count; ++I)
    Sum += loadWord(&Words[I * Stride]);
  return Sum;
}

BENCH_TX BENCH_NOINLINE static void transfer(int64_t *From, int64_t *To) {
  storeWord(From, loadWord(From) - 1);
  storeWord(To, loadWord(To) + 1);
}

/// Words, \p Stride apart.
struct Bank {
  size_t Count, Stride;
  std::vector<int64_t> Words;

  explicit Bank(size_t Count, size_t Stride = 1)
      : Count(Count), Stride(Stride), Words(Count * Stride, InEachWord) {}

  void scan(size_t From, size_t Number) {
    const int64_t *First = &Words[From * Stride];
    size_t Step = Stride;
    int64_t Sum = consistently([=] { return sumOf(First, Number, Step); });
    // Of a part the sum isn't known.
    if (SideAllowsThreads && Number == Count &&
        Sum != InEachWord * int64_t(Count))
      fail("the sum of the words has changed");
  }
  void scanAll() { scan(0, Count); }

  void makeTransfer(Random &R) {
    size_t A = R.below(Count), B = R.below(Count - 1);
    int64_t *From = &Words[A * Stride];
    int64_t *To = &Words[(B + (B >= A)) * Stride];
    atomically([=] { transfer(From, To); });
  }
  void makeTransfers(Random &R, Done &D) {
    for (unsigned I = 0; I < Batch; ++I, D.add())
      makeTransfer(R);
  }
};

inline void runScan(size_t Count, double Seconds) {
  Bank B(Count);
  Random R(1);
  raceTwo(
      [&](Done &D) {
        B.scanAll();
        D.add();
      },
      [&](Done &D) { B.makeTransfers(R, D); }, Seconds);
  printCounts();
}

/// Counts durations by their size: 16 classes to each power of two.
class Histogram {
  static constexpr unsigned Log = 4, Classes = 60 << Log;
  uint64_t Number[Classes] = {}, Total = 0, Longest = 0;

  static unsigned classOf(uint64_t Ns) {
    if (Ns < 1u << Log)
      return Ns;
    unsigned Shift = 63 - __builtin_clzll(Ns) - Log;
    return ((Shift + 1) << Log) + ((Ns >> Shift) & ((1u << Log) - 1));
  }
  static uint64_t endOf(unsigned Class) {
    if (Class < 1u << Log)
      return Class;
    unsigned Shift = (Class >> Log) - 1;
    return ((1ull << Log) + (Class & ((1u << Log) - 1)) + 1) << Shift;
  }

public:
  void add(uint64_t Ns) {
    ++Number[classOf(Ns)];
    ++Total;
    Longest = Ns > Longest ? Ns : Longest;
  }
  uint64_t longest() const { return Longest; }
  /// That \p Part of all durations are no longer than, at most 6 % too much.
  uint64_t quantile(double Part) const {
    uint64_t Seen = 0;
    for (unsigned C = 0; C < Classes; ++C)
      if ((Seen += Number[C]) >= Part * Total)
        return endOf(C);
    return Longest;
  }
};

inline void runHot(double Seconds) {
  constexpr unsigned Writers = 3;
  Bank B(/*Count=*/16, /*Stride=*/8);
  Histogram Times;
  std::vector<Random> Randoms;
  for (unsigned I = 0; I < Writers; ++I)
    Randoms.emplace_back(I + 1);
  std::vector<Work> Works{[&](Done &D) {
    auto Begin = Clock::now();
    B.scanAll();
    std::chrono::nanoseconds Time = Clock::now() - Begin;
    Times.add(Time.count());
    D.add();
  }};
  for (unsigned I = 0; I < Writers; ++I)
    Works.push_back([&, I](Done &D) { B.makeTransfers(Randoms[I], D); });
  std::vector<double> Rates = race(Works, Seconds);
  std::printf("{\"scans\": %.3f, \"updates\": %.3f, \"worst\": %lu, "
              "\"p99\": %lu, \"p99.99\": %lu",
              Rates[0], Rates[1] + Rates[2] + Rates[3], Times.longest(),
              Times.quantile(0.99), Times.quantile(0.9999));
  printCounts();
}

#endif // STM_BENCH_SNAPSHOTS_WORDS_H
