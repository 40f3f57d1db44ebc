//===- snapshots/cost.cpp - transactions and nothing else -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs some of ../micro/side.h's transactions by one thread and prints the
// nanoseconds of processor time that each takes, the least of several parts; or
// such as collide by two threads, and prints the median, and how many attempts
// were rolled back for each commit. compare.py and ../report/compare.py run it
// with two libraries, and under a simulator that counts instructions: as many
// as another number of transactions takes more.
//
//===----------------------------------------------------------------------===//

#include "../micro/side.h"
#include "stm/stm.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <thread>
#include <vector>

static double processorNs(clockid_t Whose) {
  timespec Time;
  clock_gettime(Whose, &Time);
  return Time.tv_sec * 1e9 + Time.tv_nsec;
}

/// Of each of two threads that run \p Run at the same time.
static int collide(const std::function<void(unsigned)> &Run, uint64_t Times,
                   unsigned Parts) {
  std::vector<double> Each;
  for (unsigned I = 0; I < Parts; ++I) {
    double Begin = processorNs(CLOCK_PROCESS_CPUTIME_ID);
    std::thread Other(Run, 1);
    Run(0);
    Other.join();
    double Spent = processorNs(CLOCK_PROCESS_CPUTIME_ID) - Begin;
    Each.push_back(Spent / (2 * Times));
  }
  std::nth_element(Each.begin(), Each.begin() + Parts / 2, Each.end());
  stm_stats Stats = {};
  stm_get_stats(&Stats);
  std::printf("%.3f %.4f\n", Each[Parts / 2],
              static_cast<double>(Stats.aborts) / Stats.commits);
  return 0;
}

int main(int Argc, char **Argv) {
  const char *What = Argc == 4 ? Argv[1] : "";
  uint64_t Times = Argc == 4 ? std::strtoull(Argv[2], nullptr, 10) : 0;
  unsigned Parts = Argc == 4 ? std::atoi(Argv[3]) : 0;
  std::vector<uint64_t> Cells(16 * 1024, 1000);
  Container *Tree = nullptr;
  int64_t Elements = 64 * 1024;
  uint64_t Seed = 0x2545F4914F6CDD1D;
  std::function<void()> Run;
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
  else if (!std::strncmp(What, "tree", 4)) {
    populate(Tree = makeContainer(TreeContainer, 2 * Elements));
    Run = [&, Updates = std::atoi(What + 4)] {
      Elements += runOperations(Tree, Times, Updates, &Seed);
    };
  }
  if (Times && Parts && !std::strcmp(What, "colliding-transfer"))
    return collide([&](unsigned) { runTransfers(Times, Cells.data(), 64); },
                   Times, Parts);
  if (Times && Parts && !std::strcmp(What, "colliding-reads"))
    return collide(
        [&](unsigned) { runReadsOneWrite(Times, Cells.data(), 400); }, Times,
        Parts);
  if (Times && Parts && !std::strcmp(What, "colliding-tree")) {
    populate(Tree = makeContainer(TreeContainer, 64));
    return collide(
        [&](unsigned Thread) {
          uint64_t Drawn = Seed + Thread;
          runOperations(Tree, Times, 100, &Drawn);
        },
        Times, Parts);
  }
  if (!Run || !Times || !Parts) {
    std::fputs("usage: read<ACCESSES>|write<ACCESSES>|transfer|tree<PERCENT OF "
               "UPDATES>|\n       colliding-transfer|colliding-reads|"
               "colliding-tree TRANSACTIONS PARTS\n",
               stderr);
    return 2;
  }
  double Least = 1e30;
  for (unsigned I = 0; I < Parts; ++I) {
    double Begin = processorNs(CLOCK_THREAD_CPUTIME_ID);
    Run();
    double Spent = processorNs(CLOCK_THREAD_CPUTIME_ID) - Begin;
    Least = std::min(Least, Spent / Times);
  }
  if (Tree)
    if (const char *Wrong = check(Tree, Elements)) {
      std::fprintf(stderr, "wrong result: %s\n", Wrong);
      return 3;
    }
  std::printf("%.3f\n", Least);
}
