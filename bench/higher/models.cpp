//===- higher/models.cpp - what the models cost and gain ------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An empty call in a transaction queue, by one thread; loops on steps of 2 us
// that don't conflict, against the plain loop of one thread; and a key-value
// server's handlers of 20 us, on keys that are mostly different, against an
// ordinary strand on two threads. Its requests come from the process itself.
//
//   bench-higher [ROUNDS]
//
//===----------------------------------------------------------------------===//

#if __has_include(<asio.hpp>)
#include <asio.hpp>
#include <stm/event_loop.hpp>
#endif
#include <stm/parallel.hpp>
#include <stm/transaction_queue.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

template <class F> double seconds(F Body) {
  auto Began = Clock::now();
  Body();
  return std::chrono::duration<double>(Clock::now() - Began).count();
}

double median(std::vector<double> Values) {
  std::sort(Values.begin(), Values.end());
  return Values[Values.size() / 2];
}

constexpr uint64_t Steps = 20'000;
unsigned Work = 1000;

struct alignas(32) Cell {
  uint64_t Value;
};
std::vector<Cell> Cells(Steps);

/// Reads a few cells that are its own, works, writes one.
void step(uint64_t I) {
  uint64_t Value = Cells[I].Value + I;
  for (unsigned N = 0; N != Work; ++N)
    Value = Value * 6364136223846793005 + (Value >> 33);
  Cells[I].Value = Value;
}

/// So that a step takes about 2 us.
void calibrate() {
  double Took = 0;
  for (int Round = 0; Round != 3; ++Round)
    Took = seconds([] {
             for (uint64_t I = 0; I != Steps; ++I)
               step(I);
           }) /
           Steps;
  Work = static_cast<unsigned>(Work * 2e-6 / Took);
}

void emptyCalls(int Rounds) {
  constexpr int Calls = 200'000;
  std::vector<double> Add, Run;
  for (int R = 0; R != Rounds; ++R) {
    stm::transaction_queue Queue(1);
    Add.push_back(seconds([&] {
                    for (int I = 0; I != Calls; ++I)
                      Queue.add([] {});
                  }) /
                  Calls);
    Run.push_back(seconds([&] { Queue.run(); }) / Calls);
  }
  printf("empty call, 1 thread: add %.0f ns, run %.0f ns, both %.0f ns\n",
         1e9 * median(Add), 1e9 * median(Run),
         1e9 * (median(Add) + median(Run)));
}

template <class F> void loop(const char *Name, int Rounds, F Body) {
  std::vector<double> Ratios, Serial;
  for (int R = 0; R != Rounds; ++R) {
    double Alone = seconds([] {
      for (uint64_t I = 0; I != Steps; ++I)
        step(I);
    });
    Serial.push_back(Alone);
    Ratios.push_back(Alone / seconds(Body));
  }
  printf("%-28s %.2f us a step; %.2fx of sequential (%.2f..%.2f)\n", Name,
         1e6 * median(Serial) / Steps, median(Ratios),
         *std::min_element(Ratios.begin(), Ratios.end()),
         *std::max_element(Ratios.begin(), Ratios.end()));
}

#if __has_include(<asio.hpp>)

std::unordered_map<std::string, uint64_t> Store;

void request(uint64_t I, unsigned HandlersWork) {
  std::string Key = "key " + std::to_string(I * 2654435761 % 1000);
  uint64_t Value = Store[Key] + I;
  for (unsigned N = 0; N != HandlersWork; ++N)
    Value = Value * 6364136223846793005 + (Value >> 33);
  Store[Key] = Value;
}

constexpr uint64_t Requests = 2000;

template <class Executor> void serve(asio::io_context &Io, Executor Ex) {
  unsigned HandlersWork = 10 * Work;
  for (uint64_t I = 0; I != Requests; ++I)
    asio::post(Ex, [I, HandlersWork] { request(I, HandlersWork); });
  std::thread Second([&] { Io.run(); });
  Io.run();
  Second.join();
}

void server(int Rounds) {
  for (uint64_t I = 0; I != 1000; ++I)
    Store["key " + std::to_string(I)] = I;
  std::vector<double> Ratios, Strand;
  for (int R = 0; R != Rounds; ++R) {
    Strand.push_back(seconds([] {
      asio::io_context Io;
      serve(Io, asio::make_strand(Io));
    }));
    Ratios.push_back(Strand.back() / seconds([] {
                       asio::io_context Io;
                       serve(Io, stm::serial_executor(Io));
                     }));
  }
  printf("%-28s %.2f us a handler; %.2fx of a strand (%.2f..%.2f)\n",
         "  serial_executor", 1e6 * median(Strand) / Requests, median(Ratios),
         *std::min_element(Ratios.begin(), Ratios.end()),
         *std::max_element(Ratios.begin(), Ratios.end()));
}

#endif

} // namespace

int main(int Argc, char **Argv) {
  int Rounds = Argc > 1 ? atoi(Argv[1]) : 11;
  setvbuf(stdout, nullptr, _IOLBF, 0);
  emptyCalls(Rounds);
  calibrate();
  for (unsigned Threads : {1u, 2u}) {
    stm::set_threads(Threads);
    printf("%u thread%s\n", Threads, Threads == 1 ? "" : "s");
    loop("  for_in_order", Rounds,
         [] { stm::for_in_order(uint64_t{0}, Steps, step); });
    loop("  parallel_for", Rounds,
         [] { stm::parallel_for(uint64_t{0}, Steps, step); });
    loop("  transaction_queue in order", Rounds, [] {
      stm::transaction_queue Queue;
      for (uint64_t I = 0; I != Steps; ++I)
        Queue.add([I] { step(I); });
      Queue.run_in_order();
    });
  }
#if __has_include(<asio.hpp>)
  server(Rounds);
#endif
}
