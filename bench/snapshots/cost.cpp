//===- snapshots/cost.cpp - transactions and nothing else -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs some of ../micro/side.h's transactions by one thread and prints the
// nanoseconds of processor time that each takes, the least of several parts.
// compare.py and ../report/compare.py run it with two libraries, and under a
// simulator that counts instructions: as many as another number of transactions
// takes more.
//
//===----------------------------------------------------------------------===//

#include "../micro/side.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

static double processorNs() {
  timespec Time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &Time);
  return Time.tv_sec * 1e9 + Time.tv_nsec;
}

int main(int Argc, char **Argv) {
  const char *What = Argc == 4 ? Argv[1] : "";
  uint64_t Times = Argc == 4 ? std::strtoull(Argv[2], nullptr, 10) : 0;
  unsigned Parts = Argc == 4 ? std::atoi(Argv[3]) : 0;
  std::vector<uint64_t> Cells(16 * 1024, 1000);
  Container *Filled = nullptr;
  int64_t Elements = 64 * 1024;
  uint64_t Seed = 0x2545F4914F6CDD1D;
  std::function<void()> Run;
  bool IsKnown = !std::strncmp(What, "known-", 6);
  What += IsKnown ? 6 : 0;
  if (!std::strcmp(What, "transfer"))
    Run = [&] { runTransfers(Times, Cells.data(), Cells.size()); };
  else if (!std::strncmp(What, "write", 5))
    Run = [&, Count = std::strtoull(What + 5, nullptr, 10)] {
      runWrites(Times, Cells.data(), Count, 1);
    };
  else if (!std::strncmp(What, "read", 4))
    Run = [&, Count = std::strtoull(What + 4, nullptr, 10)] {
      runReads(Times, Cells.data(), Count, 1);
    };
  else if (bool IsTree = !std::strncmp(What, "tree", 4);
           IsTree || !std::strncmp(What, "hash", 4)) {
    Filled =
        makeContainer(IsTree ? TreeContainer : HashContainer, 2 * Elements);
    populate(Filled);
    Run = [&, Updates = std::atoi(What + 4)] {
      Elements += runOperations(Filled, Times, Updates, &Seed);
    };
  }
  if (!Run || !Times || !Parts) {
    std::fputs("usage: [known-]read<ACCESSES>|[known-]write<ACCESSES>|"
               "[known-]transfer|\n       [known-]tree<PERCENT OF UPDATES>|"
               "[known-]hash<PERCENT OF UPDATES> TRANSACTIONS PARTS\n",
               stderr);
    return 2;
  }
  // Another thread has run a transaction, and sleeps: steps of a lone thread
  // are no more.
  std::mutex Asleep;
  std::unique_lock<std::mutex> Holds(Asleep);
  std::thread Known;
  if (IsKnown) {
    std::atomic<bool> HasRun{false};
    Known = std::thread([&] {
      runWrites(1, Cells.data(), 1, 1);
      HasRun = true;
      HasRun.notify_one();
      Asleep.lock();
      Asleep.unlock();
    });
    HasRun.wait(false);
  }
  double Least = 1e30;
  for (unsigned I = 0; I < Parts; ++I) {
    double Begin = processorNs();
    Run();
    double Spent = processorNs() - Begin;
    Least = std::min(Least, Spent / Times);
  }
  Holds.unlock();
  if (Known.joinable())
    Known.join();
  if (Filled)
    if (const char *Wrong = check(Filled, Elements)) {
      std::fprintf(stderr, "wrong result: %s\n", Wrong);
      return 3;
    }
  std::printf("%.3f\n", Least);
}
