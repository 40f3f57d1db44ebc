//===- snapshots/cost.cpp - update transactions and nothing else ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs some of ../micro/side.h's update transactions by one thread and prints
// the nanoseconds of processor time that each takes, the least of several
// parts. compare.py runs it with two libraries, and under a simulator that
// counts instructions: as many as another number of transactions takes more.
//
//===----------------------------------------------------------------------===//

#include "../micro/side.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
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
  else if (!std::strcmp(What, "tree")) {
    populate(Tree = makeContainer(TreeContainer, 2 * Elements));
    Run = [&] { Elements += runOperations(Tree, Times, 100, &Seed); };
  }
  if (!Run || !Times || !Parts) {
    std::fputs("usage: write<ACCESSES>|transfer|tree TRANSACTIONS PARTS\n",
               stderr);
    return 2;
  }
  double Least = 1e30;
  for (unsigned I = 0; I < Parts; ++I) {
    double Begin = processorNs();
    Run();
    Least = std::min(Least, (processorNs() - Begin) / Times);
  }
  if (Tree)
    if (const char *Wrong = check(Tree, Elements)) {
      std::fprintf(stderr, "wrong result: %s\n", Wrong);
      return 3;
    }
  std::printf("%.3f\n", Least);
}
