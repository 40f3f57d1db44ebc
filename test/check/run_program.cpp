//===- check/run_program.cpp - a random program on several threads --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "run_program.h"

#include "worker.h"

#include "base/options.h"

#include <barrier>
#include <memory>
#include <thread>

namespace stm::check {

namespace {

/// Where the threads wait for the next program, and its end.
struct Meeting {
  std::barrier<> Start{MostThreads + 1}, Done{MostThreads + 1};
};

void work(Worker &W, unsigned Index, Shared &S, Meeting &M) {
  W.makeCurrent();
  for (;;) {
    M.Start.arrive_and_wait();
    const Program *P = S.Running;
    if (!P)
      return;
    if (Index < P->Threads)
      W.run();
    M.Done.arrive_and_wait();
  }
}

} // namespace

Reached
runPrograms(const std::function<std::optional<Program>()> &Next,
            const std::function<void(const Program &, const History &)> &Take) {
  Shared S;
  Meeting M;
  std::vector<std::unique_ptr<Worker>> Owned;
  std::vector<Worker *> Workers;
  std::vector<std::thread> Threads;
  rt::TestPointHook.store(Worker::hook);
  for (unsigned I = 0; I != MostThreads; ++I) {
    Workers.push_back(Owned.emplace_back(std::make_unique<Worker>(S, I)).get());
    // By value: the next one moves what is in Owned.
    Threads.emplace_back([&, I, W = Workers[I]] { work(*W, I, S, M); });
  }
  History H;
  std::optional<Program> Last;
  for (;;) {
    std::optional<Program> P = Next();
    if (P) {
      S.Cells.reset();
      S.Time.reset();
      setOptions(*P);
    }
    S.Running = P ? &*P : nullptr;
    M.Start.arrive_and_wait();
    if (Last)
      Take(*Last, H);
    Last = P;
    if (!P)
      break;
    M.Done.arrive_and_wait();
    H = takeHistory(S, Workers);
  }
  for (std::thread &T : Threads)
    T.join();
  rt::TestPointHook.store(nullptr);
  rt::resetOptionsForTesting();
  rt::ParsedOptions.Report = rt::ReportMode::None;
  Reached All = {};
  for (Worker *W : Workers)
    for (size_t P = 0; P != All.size(); ++P)
      All[P] += W->Points[P];
  return All;
}

} // namespace stm::check
