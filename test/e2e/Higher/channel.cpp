//===- e2e/Higher/channel.cpp - waiting for each other --------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// REQUIRES: llvm-19 || long
// RUN: %one_level %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <memory>
#include <mutex>
#include <queue>
#include <stm/channel.hpp>
#include <stm/transaction_queue.hpp>
#include <string>

static void single() {
  stm::channel<std::unique_ptr<std::string>> C(2);
  EXPECT(C.capacity() == 2 && !C.try_take());
  EXPECT(C.put(std::make_unique<std::string>("a")));
  EXPECT(C.try_put(std::make_unique<std::string>("b")));
  EXPECT(!C.try_put(std::make_unique<std::string>("c")) && C.size() == 2);
  stm::try_atomic([&] {
    C.take();
    C.put(std::make_unique<std::string>("d"));
    stm::cancel();
  });
  C.close();
  EXPECT(C.closed() && !C.put(nullptr) && !C.try_put(nullptr));
  EXPECT(**C.take() == "a" && **C.try_take() == "b" && !C.take());
}

/// From several to several by way of two stages, then closed.
static void pipeline() {
  constexpr long Each = 600;
  stm::channel<long> First(3), Second(1);
  std::atomic<int> Putting{2}, Passing{2};
  long Sum = 0;
  onThreads(6, [&](unsigned Self) {
    if (Self < 2) {
      for (long I = 1; I <= Each; ++I)
        EXPECT(First.put(I));
      if (--Putting == 0)
        First.close();
    } else if (Self < 4) {
      // Both in one transaction: nothing is ever in neither.
      while (stm::atomic([&] {
        std::optional<long> Item = First.take();
        return Item && Second.put(2 * *Item);
      })) {
      }
      if (--Passing == 0)
        Second.close();
    } else {
      while (auto Item = Second.take())
        stm::atomic([&] { Sum += *Item; });
    }
  });
  EXPECT(Sum == 2 * Each * (Each + 1));
}

static void choice() {
  stm::channel<int> A(1), B(1);
  B.put(2);
  EXPECT(*stm::or_else([&] { return A.take(); }, [&] { return B.take(); }) ==
         2);
}

/// A thread that puts and one that takes, where there is room.
static void apart() {
  stm::channel<long> C(4000);
  for (int I = 0; I != 1000; ++I)
    C.put(I);
  uint64_t Before = abortsSoFar();
  onThreads(2, [&](unsigned Self) {
    for (int I = 0; I != 1000; ++I)
      Self ? void(C.put(I)) : void(C.take());
  });
  EXPECT(abortsSoFar() == Before && C.size() == 1000);
}

/// Waiting code as it is written for a lock, with and without one.
template <class Guard> struct Buffer {
  std::queue<int> Items;
  std::mutex M;
  stm::condition_variable NotEmpty, NotFull;

  void put(int Item) {
    Guard::run(M, [&](auto &...Lock) {
      while (Items.size() == 2)
        NotFull.wait(Lock...);
      Items.push(Item);
      NotEmpty.notify_one();
    });
  }
  int take() {
    int Item = 0;
    Guard::run(M, [&](auto &...Lock) {
      NotEmpty.wait(Lock..., [&] { return !Items.empty(); });
      Item = Items.front();
      Items.pop();
      NotFull.notify_all();
    });
    return Item;
  }
};
struct Locked {
  template <class F> static void run(std::mutex &M, F f) {
    std::unique_lock Lock(M);
    f(Lock);
  }
};
struct Atomically {
  template <class F> static void run(std::mutex &, F f) {
    stm::atomic([&] { f(); });
  }
};

template <class Guard> static void conditions() {
  Buffer<Guard> B;
  std::atomic<long> Sum{0};
  onThreads(4, [&](unsigned Self) {
    for (int I = 1; I <= 300; ++I)
      Self % 2 ? B.put(I) : void(Sum += B.take());
  });
  EXPECT(Sum == 300 * 301);
}

/// A notification wakes who has read nothing that changed.
static void notified() {
  stm::condition_variable V;
  std::atomic<bool> Ready{false};
  struct Look {
    STM_PURE static bool at(std::atomic<bool> &Flag) { return Flag; }
  };
  Thread Other([&] {
    usleep(1000);
    Ready = true;
    V.notify_all();
  });
  stm::atomic([&] { V.wait([&] { return Look::at(Ready); }); });
}

/// Random puts and takes of calls in a queue: those that wait keep nobody from
/// working.
static void inAQueue(uint64_t Seed) {
  Numbers N(Seed);
  stm::channel<uint64_t> C(1 + N.below(3));
  stm::transaction_queue Q(2);
  uint64_t Put = 0, Taken = 0;
  std::vector<bool> Kinds(40);
  for (int I = 0; I != 40; ++I)
    Kinds[I] = I < 20;
  for (int I = 39; I; --I) {
    auto J = N.below(I + 1);
    bool Was = Kinds[I];
    Kinds[I] = Kinds[J];
    Kinds[J] = Was;
  }
  for (bool Puts : Kinds) {
    uint64_t V = N.below(100);
    if (Puts)
      Q.add([&C, &Put, V] {
        Put += V;
        C.put(V);
      });
    else
      Q.add([&C, &Taken] { Taken += *C.take(); });
  }
  Q.run();
  EXPECT(Put == Taken && C.size() == 0);
}

int main() {
  single();
  pipeline();
  choice();
  apart();
  conditions<Locked>();
  conditions<Atomically>();
  notified();
  for (unsigned I = 0; I != workloads(20); ++I)
    inAQueue(I);
  expectOptimistic(0);
  // Nobody says that all are asleep while somebody has been woken.
  // CHECK-NOT: asleep
  // CHECK: done
  stm::deferred_printf(1, "done\n");
}
