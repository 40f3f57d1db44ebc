//===- snapshots/side.cpp - the benchmarks of snapshots, of one side ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One source for all sides, each compiled by its own compiler and without
// vectorization, as ../micro/side.cpp. Prints one line of JSON; compare.py
// (beside this file) runs it. 3: a result was wrong.
//
//===----------------------------------------------------------------------===//

#include "memory.h"
#include "tree.h"
#include "words.h"

int main(int Argc, char **Argv) {
  std::string What = Argc > 1 ? Argv[1] : "";
  if (What == "scan" && Argc == 4)
    runScan(std::strtoul(Argv[2], nullptr, 10), std::atof(Argv[3]));
  else if (What == "tree" && Argc == 4)
    runTree(std::strtoul(Argv[2], nullptr, 10), std::atof(Argv[3]));
  else if (What == "hot" && Argc == 3)
    runHot(std::atof(Argv[2]));
#ifdef BENCH_SNAPSHOT
  else if (What == "memory" && (Argc == 5 || Argc == 6))
    runMemory(std::strtoul(Argv[2], nullptr, 10), Argv[3], std::atoi(Argv[4]),
              Argc == 6 ? std::strtoul(Argv[5], nullptr, 10) : 128 * 1024);
#endif
  else {
    std::fputs(
        "usage: scan WORDS SECONDS | tree ELEMENTS SECONDS | hot SECONDS "
        "| memory COMMITS none|short|open UPDATERS [WORDS]\n",
        stderr);
    return 2;
  }
  return 0;
}
