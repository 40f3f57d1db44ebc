//===- snapshots/memory.h - whether memory grows ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Many small update transactions, and resident memory after each tenth of them:
// without a snapshot (none), beside short ones without a pause (short), and
// during a single one (open). compare.py looks at the pauses for collections of
// some of these as well, also with other numbers of words.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_SNAPSHOTS_MEMORY_H
#define STM_BENCH_SNAPSHOTS_MEMORY_H

#include "words.h"

#include <algorithm>
#include <string>
#include <unistd.h>

inline uint64_t residentBytes() {
  FILE *File = std::fopen("/proc/self/statm", "r");
  unsigned long Size, Resident = 0;
  if (File) {
    if (std::fscanf(File, "%lu %lu", &Size, &Resident) != 2)
      Resident = 0;
    std::fclose(File);
  }
  return Resident * sysconf(_SC_PAGESIZE);
}

/// Where the snapshot that stays open and the updates wait for each other.
/// Pure: neither the flags nor the waiting are part of the snapshot.
struct OpenSnapshot {
  std::atomic<bool> IsOpen{false}, End{false};

  BENCH_PURE void waitInside() {
    IsOpen = true;
    while (!End.load())
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
};

#ifdef BENCH_SNAPSHOT
inline void runMemory(uint64_t Commits, const std::string &Mode,
                      unsigned Updaters, size_t Count) {
  const size_t ShortScan = std::min<size_t>(Count - 1, 1024);
  Bank B(Count);
  OpenSnapshot Open;
  std::atomic<uint64_t> ShortScans{0};
  std::atomic<bool> Ended{false};
  auto HoldOne = [&B, Count](OpenSnapshot &Held) {
    const int64_t *Words = B.Words.data();
    OpenSnapshot *O = &Held;
    int64_t Sum = stm::snapshot([=] {
      int64_t First = sumOf(Words, Count, 1);
      O->waitInside();
      return First == sumOf(Words, Count, 1) ? First : 0;
    });
    if (Sum != InEachWord * int64_t(Count))
      fail("the sum of the words has changed for an open snapshot");
  };
  std::thread Reader;
  if (Mode == "short")
    Reader = std::thread([&] {
      // First one that lasts: the threads then have all of the room that they
      // may keep for themselves (gc_young_kb), which each longest scan so far
      // would else add to.
      HoldOne(Open);
      Random R(9);
      while (!Ended.load()) {
        B.scan(R.below(Count - ShortScan), ShortScan);
        ShortScans.fetch_add(1, std::memory_order_relaxed);
      }
    });
  else if (Mode == "open")
    Reader = std::thread([&] { HoldOne(Open); });
  while (Reader.joinable() && !Open.IsOpen.load())
    std::this_thread::yield();

  // The updaters meet after each tenth; the last to arrive measures. A tenth
  // more comes first, which isn't.
  constexpr unsigned Parts = 10, Rounds = Parts + 1;
  constexpr uint64_t ForAllRoom = 30000; // Beyond 2 MB of versions.
  uint64_t Resident[Rounds], VersionBytes[Rounds];
  std::atomic<unsigned> Arrived{0}, Filled{0};
  std::vector<std::thread> Threads;
  auto Begin = Clock::now();
  for (unsigned I = 0; I < Updaters; ++I)
    Threads.emplace_back([&, I] {
      Random R(I + 1);
      if (Mode == "short") {
        for (uint64_t J = 0; J < ForAllRoom; ++J)
          B.makeTransfer(R);
        if (Filled.fetch_add(1) + 1 == Updaters)
          Open.End = true;
        while (!Open.End.load())
          std::this_thread::yield();
      }
      for (unsigned Round = 0; Round < Rounds; ++Round) {
        for (uint64_t J = 0; J < Commits / Parts / Updaters; ++J)
          B.makeTransfer(R);
        // Each round has room of its own in the count of arrivals.
        if (Arrived.fetch_add(1) + 1 == (2 * Round + 1) * Updaters) {
          stm_stats S;
          stm_get_stats(&S);
          VersionBytes[Round] = S.version_bytes;
          Resident[Round] = residentBytes();
          Arrived += Updaters;
        } else {
          while (Arrived.load() < (2 * Round + 2) * Updaters)
            std::this_thread::yield();
        }
      }
    });
  for (std::thread &T : Threads)
    T.join();
  double Time = secondsSince(Begin);
  stm_stats S;
  stm_get_stats(&S);
  Open.End = Ended = true;
  if (Reader.joinable())
    Reader.join();
  B.scanAll();

  std::printf("{\"seconds\": %.3f, \"snapshots\": %lu, \"words\": %zu", Time,
              ShortScans.load(), Count);
  for (auto [Name, Values] :
       {std::pair{"resident", Resident}, std::pair{"versions", VersionBytes}}) {
    std::printf(", \"%s\": [", Name);
    for (unsigned Round = 1; Round < Rounds; ++Round)
      std::printf("%s%lu", Round > 1 ? ", " : "", Values[Round]);
    std::printf("]");
  }
  std::printf(", \"versions then\": %lu", S.version_bytes);
  printCounts();
}
#endif

#endif // STM_BENCH_SNAPSHOTS_MEMORY_H
