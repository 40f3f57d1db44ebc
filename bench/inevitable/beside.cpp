//===- inevitable/beside.cpp - others beside an inevitable transaction ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What one thread gets done while another one is in a transaction that can't be
// undone: compared with nobody's being in one, in turns of a fifth of a second.
//
//   bench-inevitable [ROUNDS]
//
//===----------------------------------------------------------------------===//

#include <stm/stm.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

constexpr unsigned Turn = 200'000; // Microseconds.

// What the inevitable transaction has read and written, in a stripe of its own.
alignas(64) long Held = 0;
volatile int Uninstrumentable = 0;

struct Work {
  const char *Name;
  void (*Step)(unsigned I);
};

alignas(64) long Counters[1024];
std::map<unsigned, long> Tree;

const Work Works[] = {
    {"2 reads, 2 writes",
     [](unsigned I) {
       stm::atomic([&] {
         --Counters[I * 7 % 1024];
         ++Counters[I * 13 % 1024];
       });
     }},
    {"std::map, 20 % updates",
     [](unsigned I) {
       unsigned Key = I * 2654435761u % 65536;
       stm::atomic([&] {
         auto Found = Tree.find(Key);
         if (I % 5 == 0 && Found != Tree.end())
           ++Found->second;
       });
     }},
};

/// Transactions a second of a thread that does \p W, while this thread does
/// \p Meanwhile for a turn.
template <class F> double rate(const Work &W, F Meanwhile) {
  std::atomic<bool> Stop{false};
  std::atomic<unsigned> Done{0};
  std::thread Worker([&] {
    unsigned I = 0;
    for (; !Stop.load(std::memory_order_relaxed); ++I)
      W.Step(I);
    Done = I;
  });
  auto Began = std::chrono::steady_clock::now();
  Meanwhile();
  std::chrono::duration<double> Took = std::chrono::steady_clock::now() - Began;
  Stop = true;
  Worker.join();
  return Done / Took.count();
}

void nobody() { usleep(Turn); }

void asleep() {
  stm::atomic([] {
    long Was = Held;
    usleep(Turn);
    Held = Was + 1;
  });
}

void alone() {
  stm::atomic([] {
    Uninstrumentable = 1;
    usleep(Turn);
  });
}

double median(std::vector<double> Values) {
  std::sort(Values.begin(), Values.end());
  return Values[Values.size() / 2];
}

} // namespace

int main(int Argc, char **Argv) {
  int Rounds = Argc > 1 ? atoi(Argv[1]) : 7;
  for (unsigned I = 0; I != 65536; ++I)
    Tree[I] = 0;
  printf("%-24s %14s %14s %8s %17s %14s\n", "", "nobody, /s", "asleep, /s",
         "share", "(least..most)", "alone, share");
  for (const Work &W : Works) {
    std::vector<double> Free, Beside, Shares, Alone;
    for (int R = 0; R != Rounds; ++R) {
      Free.push_back(rate(W, nobody));
      Beside.push_back(rate(W, asleep));
      Shares.push_back(Beside.back() / Free.back());
      Alone.push_back(rate(W, alone) / Free.back());
    }
    printf("%-24s %14.0f %14.0f %7.0f%% %8.0f%%..%3.0f%% %13.1f%%\n", W.Name,
           median(Free), median(Beside), 100 * median(Shares),
           100 * *std::min_element(Shares.begin(), Shares.end()),
           100 * *std::max_element(Shares.begin(), Shares.end()),
           100 * median(Alone));
  }
}
