//===- micro/main.cpp - the benchmarks, the same for every side -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Google Benchmark's main program over side.h. Names, which compare.py reads:
//
//   raw/<what>/<accesses>        one thread; time per transaction
//   raw-two/<what>/<accesses>    the same while a second thread is known to the
//                                side (one that has run a transaction and
//                                sleeps): runtimes save on a lone thread
//   tree|hash/<update %>/…/threads:<n>    operations per second
//
// compare.py runs one group a process, in an order that leaves a lone thread
// alone. After each run of a container its invariants are checked.
//
//===----------------------------------------------------------------------===//

#include "side.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr uint64_t KeyRange = 128 * 1024;
constexpr size_t CellCount = 16 * 1024;
/// Calls into the side are this much rarer than transactions.
constexpr uint64_t Batch = 256;

std::vector<uint64_t> &cells() {
  static std::vector<uint64_t> Cells(CellCount, 1);
  return Cells;
}

/// A thread that the side knows, and that does nothing.
class SecondThread {
  std::mutex Mutex;
  std::condition_variable Changed;
  bool Known = false, End = false;
  std::thread Thread{[this] {
    uint64_t Cell = 0;
    runWrites(1, &Cell, 1, 1);
    std::unique_lock Lock(Mutex);
    Known = true;
    Changed.notify_all();
    Changed.wait(Lock, [this] { return End; });
  }};

public:
  SecondThread() {
    std::unique_lock Lock(Mutex);
    Changed.wait(Lock, [this] { return Known; });
  }
  ~SecondThread() {
    {
      std::lock_guard Lock(Mutex);
      End = true;
    }
    Changed.notify_all();
    Thread.join();
  }
};

template <class F>
void addRaw(const std::string &Name, F RunBatch, size_t Accesses) {
  for (bool Two : {false, true})
    benchmark::RegisterBenchmark(
        ((Two ? "raw-two/" : "raw/") + Name + "/" + std::to_string(Accesses))
            .c_str(),
        [=](benchmark::State &State) {
          std::unique_ptr<SecondThread> Second;
          if (Two)
            Second = std::make_unique<SecondThread>();
          // A long transaction is a batch by itself.
          uint64_t Times = Accesses < Batch ? Batch : 1;
          while (State.KeepRunningBatch(Times))
            RunBatch(Times);
        });
}

void addRawBenchmarks() {
  addRaw(
      "empty",
      [](uint64_t Times) {
        benchmark::DoNotOptimize(runEmpty(Times, cells().data()));
      },
      0);
  for (size_t Count : {1, 10, 100, 1000}) {
    addRaw(
        "read",
        [Count](uint64_t Times) {
          benchmark::DoNotOptimize(runReads(Times, cells().data(), Count, 1));
        },
        Count);
    addRaw(
        "write",
        [Count](uint64_t Times) { runWrites(Times, cells().data(), Count, 1); },
        Count);
  }
  // One access a cache line: nothing is saved on neighbours.
  addRaw(
      "read-apart",
      [](uint64_t Times) {
        benchmark::DoNotOptimize(runReads(Times, cells().data(), 100, 8));
      },
      100);
  addRaw(
      "write-apart",
      [](uint64_t Times) { runWrites(Times, cells().data(), 100, 8); }, 100);
  addRaw(
      "read-one-write",
      [](uint64_t Times) {
        benchmark::DoNotOptimize(runReadsOneWrite(Times, cells().data(), 100));
      },
      100);
  addRaw(
      "transfer",
      [](uint64_t Times) {
        runTransfers(Times, cells().data(), cells().size());
      },
      2);
  addRaw("memory", [](uint64_t Times) { runAllocations(Times, 100); }, 100);
}

/// A container, made at its first run, and what it should hold.
struct Checked {
  ContainerKind Kind;
  Container *Shared = nullptr;
  std::atomic<int64_t> Elements{0};

  void prepare() {
    if (Shared)
      return;
    Shared = makeContainer(Kind, KeyRange);
    populate(Shared);
    Elements = KeyRange / 2;
    verify();
  }
  void verify() const {
    if (const char *Wrong = check(Shared, Elements)) {
      std::fprintf(stderr, "wrong result: %s\n", Wrong);
      std::exit(3);
    }
  }
};
Checked Tree{TreeContainer}, Hash{HashContainer};

template <Checked *Which>
void addContainer(const char *Name, unsigned UpdatePercent) {
  auto *B = benchmark::RegisterBenchmark(
      (std::string(Name) + "/" + std::to_string(UpdatePercent)).c_str(),
      [UpdatePercent](benchmark::State &State) {
        uint64_t Seed =
            0x2545F4914F6CDD1Du * (State.thread_index() + 1) + UpdatePercent;
        int64_t Gained = 0;
        while (State.KeepRunningBatch(Batch))
          Gained += runOperations(Which->Shared, Batch, UpdatePercent, &Seed);
        Which->Elements += Gained;
        State.SetItemsProcessed(State.iterations());
      });
  B->UseRealTime();
  B->Setup([](const benchmark::State &) { Which->prepare(); });
  B->Teardown([](const benchmark::State &) { Which->verify(); });
  for (int Threads : {1, 2, 4, 8})
    if (Threads == 1 || SideIsConcurrent)
      B->Threads(Threads);
}

} // namespace

int main(int Argc, char **Argv) {
  addRawBenchmarks();
  for (unsigned UpdatePercent : {0, 20, 100}) {
    addContainer<&Tree>("tree", UpdatePercent);
    addContainer<&Hash>("hash", UpdatePercent);
  }
  benchmark::Initialize(&Argc, Argv);
  if (benchmark::ReportUnrecognizedArguments(Argc, Argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
