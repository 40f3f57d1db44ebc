//===- snapshots/race.h - how fast threads are beside each other *- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_SNAPSHOTS_RACE_H
#define STM_BENCH_SNAPSHOTS_RACE_H

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <memory>
#include <sched.h>
#include <thread>
#include <vector>

#include "../random.h"

using Clock = std::chrono::steady_clock;

inline double secondsSince(Clock::time_point Begin) {
  return std::chrono::duration<double>(Clock::now() - Begin).count();
}

/// How much a thread has done. It counts each piece as it is done: one may take
/// long.
class Done {
  alignas(64) std::atomic<uint64_t> Number{0};

public:
  void add() {
    Number.store(Number.load(std::memory_order_relaxed) + 1,
                 std::memory_order_relaxed);
  }
  uint64_t number() const { return Number.load(std::memory_order_relaxed); }
};

/// Does some of a thread's work.
using Work = std::function<void(Done &)>;

/// The processors that this program may use.
inline std::vector<int> processors() {
  std::vector<int> Processors;
  cpu_set_t Set;
  if (sched_getaffinity(0, sizeof Set, &Set) == 0)
    for (int I = 0; I < CPU_SETSIZE; ++I)
      if (CPU_ISSET(I, &Set))
        Processors.push_back(I);
  return Processors;
}

/// The calling thread stays on this processor.
inline void stayOn(int Processor) {
  cpu_set_t Set;
  CPU_ZERO(&Set);
  CPU_SET(Processor, &Set);
  sched_setaffinity(0, sizeof Set, &Set);
}

/// Each of \p Works on a thread of its own, over and over, for some time: how
/// much of it a second. While there is a processor for each, each has one: the
/// scheduler would put two on one now and then, and that would be measured.
/// Threads of \p Asleep do theirs once before, and are there.
inline std::vector<double> race(const std::vector<Work> &Works, double Seconds,
                                const std::vector<Work> &Asleep = {}) {
  std::unique_ptr<Done[]> Counts(new Done[Works.size()]);
  const std::vector<int> Own = processors();
  std::atomic<bool> Stop{false};
  std::atomic<size_t> NumAsleep{0};
  std::vector<std::thread> Threads;
  for (const Work &W : Asleep)
    Threads.emplace_back([&] {
      Done Once;
      W(Once);
      ++NumAsleep;
      Stop.wait(false);
    });
  while (NumAsleep != Asleep.size())
    std::this_thread::yield();
  for (size_t I = 0; I < Works.size(); ++I)
    Threads.emplace_back([&, I] {
      if (Works.size() <= Own.size())
        stayOn(Own[I]);
      while (!Stop.load(std::memory_order_relaxed))
        Works[I](Counts[I]);
    });
  // The first moments, in which not all run yet, are left out.
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  auto Begin = Clock::now();
  std::vector<uint64_t> First;
  for (size_t I = 0; I < Works.size(); ++I)
    First.push_back(Counts[I].number());
  std::this_thread::sleep_for(std::chrono::duration<double>(Seconds));
  std::vector<double> Rates;
  double Time = secondsSince(Begin);
  for (size_t I = 0; I < Works.size(); ++I)
    Rates.push_back((Counts[I].number() - First[I]) / Time);
  Stop = true;
  Stop.notify_all();
  for (std::thread &T : Threads)
    T.join();
  return Rates;
}

/// A reader and an updater, each alone, while the other one sleeps (what a
/// program's only thread is spared doesn't count), then both; prints the rates.
inline void raceTwo(const Work &Reader, const Work &Updater, double Seconds) {
  double Scans = race({Reader}, Seconds, {Updater})[0];
  double Updates = race({Updater}, Seconds, {Reader})[0];
  std::vector<double> Both = race({Reader, Updater}, 2 * Seconds);
  std::printf("{\"scans alone\": %.3f, \"updates alone\": %.3f, "
              "\"scans\": %.3f, \"updates\": %.3f",
              Scans, Updates, Both[0], Both[1]);
}

#endif // STM_BENCH_SNAPSHOTS_RACE_H
