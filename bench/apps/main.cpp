//===- apps/main.cpp - runs one program of a side -------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   bench-apps-SIDE [NAME [THREADS [SCALE [SEED]]]]
//
// Without a name: the names, a line each, and what they are. Else the result as
// a JSON object; 1 if it is wrong.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <thread>
#include <vector>

const AppKind *AppKind::First = nullptr;

namespace {

double processorTime() {
  timespec T;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &T);
  return static_cast<double>(T.tv_sec) + 1e-9 * static_cast<double>(T.tv_nsec);
}

/// Lets all threads begin at once; returns how long they took. A function of
/// its own for compare.py --instructions, which counts what happens in it.
__attribute__((noinline)) double runAll(App &A, unsigned Threads) {
  std::atomic<unsigned> Ready{0};
  std::atomic<bool> Go{false};
  std::vector<std::thread> Others;
  for (unsigned T = 1; T < Threads; ++T)
    Others.emplace_back([&, T] {
      ++Ready;
      while (!Go)
        std::this_thread::yield();
      A.work(T);
    });
  while (Ready + 1 < Threads)
    std::this_thread::yield();
  auto Begin = std::chrono::steady_clock::now();
  Go = true;
  A.work(0);
  for (std::thread &T : Others)
    T.join();
  std::chrono::duration<double> Time = std::chrono::steady_clock::now() - Begin;
  return Time.count();
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc < 2) {
    for (const AppKind *K = AppKind::First; K; K = K->Next)
      std::printf("%s: %s\n", K->Name, K->What);
    return 0;
  }
  const AppKind *Kind = AppKind::First;
  while (Kind && std::strcmp(Kind->Name, Argv[1]) != 0)
    Kind = Kind->Next;
  if (!Kind) {
    std::fprintf(stderr, "%s: this side has no program %s\n", Argv[0], Argv[1]);
    return 2;
  }
  Input In = {1, 1, 1};
  if (Argc > 2)
    In.Threads = static_cast<unsigned>(std::atoi(Argv[2]));
  if (Argc > 3)
    In.Scale = std::atof(Argv[3]);
  if (Argc > 4)
    In.Seed = std::strtoull(Argv[4], nullptr, 10);
  if (In.Threads < 1 || In.Threads > 256 || !(In.Scale > 0)) {
    std::fprintf(stderr, "usage: %s [NAME [THREADS [SCALE [SEED]]]]\n",
                 Argv[0]);
    return 2;
  }
  std::unique_ptr<App> A(Kind->Make(In));
  double Before = processorTime();
  double Seconds = runAll(*A, In.Threads);
  double Processor = processorTime() - Before;
  if (const char *Wrong = A->check()) {
    std::fprintf(stderr, "%s: %s\n", Kind->Name, Wrong);
    return 1;
  }
  std::printf("{\"seconds\": %.6f, \"processor\": %.6f, \"operations\": %llu, "
              "\"result\": %llu",
              Seconds, Processor,
              static_cast<unsigned long long>(A->operations()),
              static_cast<unsigned long long>(A->result()));
  A->printFacts();
  std::printf("}\n");
  return 0;
}
