//===- e2e/Higher/waits_without_plugin.cpp - models that wait -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What waits in a transaction of its own does so without the plugin too, and
// without using the processor. In a larger one, where that may have written, it
// ends the program, unless that is ruled out.
//
// RUN: %at_O2 %t %s %cxx %link
// RUN: not %t.O2 larger 2>&1 | FileCheck %s --check-prefix=LARGER
// RUN: env STM_OPTIONS=retry_unwritten=1:report=none %t.O2 promised
// RUN: env STM_OPTIONS=retry_unwritten=1 not %t.O2 written 2>&1 | FileCheck %s --check-prefix=WRITTEN
// RUN: env STM_OPTIONS=retry_unwritten=1 not %t.O2 caught 2>&1 | FileCheck %s --check-prefix=CAUGHT
//
// LARGER: ERROR: stm_retry, in a transaction ({{.*}}waits_without_plugin.cpp:[[#]]) whose file was compiled without the plugin
// LARGER-SAME: STM_OPTIONS=retry_unwritten=1
// WRITTEN: ERROR: stm_retry, in a transaction ({{.*}}) whose file was compiled without the plugin, after it may have written
// CAUGHT: ERROR: catch (...) in a transaction ({{.*}}) whose file was compiled without the plugin
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <stm/channel.hpp>
#include <stm/containers.hpp>
#include <stm/parallel.hpp>
#include <stm/transaction_queue.hpp>
#include <string>
#include <vector>

constexpr int Each = 300;
static stm::channel<std::string> Words(2), Longer(3);

static void channels() {
  long Letters = 0;
  Thread Taker([&] {
    while (auto Word = Longer.take())
      Letters += static_cast<long>(Word->size());
  });
  Thread Stage([] {
    while (auto Word = Words.take())
      EXPECT(Longer.put(*Word + "s"));
    Longer.close();
    EXPECT(!Longer.put("too late"));
  });
  for (int I = 0; I != Each; ++I)
    EXPECT(Words.put("word"));
  EXPECT(!Words.try_take() || Words.size() < 2);
  Words.close();
}

/// Two that wait don't wake each other.
static void sleepers() {
  stm::channel<int> Never(1), NorThis(1);
  {
    auto Wait = [](stm::channel<int> &Of) { EXPECT(!Of.take()); };
    Thread A([&] { Wait(Never); });
    Thread B([&] { Wait(NorThis); });
    usleep(100'000);
    stm_stats S;
    stm_get_stats(&S);
    EXPECT(S.retries >= 2 && S.retries < 1500);
    Never.close();
    NorThis.close();
  }
}

static void futures() {
  long Sum = 0;
  auto Add = [&](long N) {
    return stm::async([&, N] {
      if (N < 0)
        throw N;
      return Sum += N;
    });
  };
  EXPECT(Add(3).get() == 3);
  auto All = stm::when_all(Add(1), Add(1).then([](long) { return 7L; }));
  EXPECT(std::get<1>(All.get()) == 7 && Sum == 5);
  try {
    Add(-1).get();
    EXPECT(false);
  } catch (long N) {
    EXPECT(N == -1);
  }
  stm::promise<std::string> P;
  Thread Setter([&] {
    usleep(1000);
    P.set_value("set");
  });
  EXPECT(P.get_future().get() == "set");
  std::vector<stm::future<long>> Any;
  Any.push_back(stm::promise<long>().get_future()); // Cancelled.
  stm::when_any(Any).wait();
  try {
    Any[0].get();
    EXPECT(false);
  } catch (const stm::cancelled &) {
  }
  auto Parts = stm::gather(
      stm::scatter(0, 100, [](int Begin, int End) { return End - Begin; }));
  long Count = 0;
  for (int Part : Parts)
    Count += Part;
  EXPECT(Count == 100);
}

static stm::future<long> coroutine(stm::future<long> Of) {
  long N = co_await Of;
  co_return N + 1;
}

static void others() {
  EXPECT(coroutine(stm::async([] { return 4L; })).get() == 5);
  stm::queue<int> Queue;
  long Sum = 0;
  {
    Thread Popper([&] {
      for (int I = 0; I != Each; ++I)
        Sum += Queue.pop();
    });
    for (int I = 0; I != Each; ++I)
      Queue.push(I);
  }
  EXPECT(Sum == Each * (Each - 1) / 2);
  // Loops that guard something by a lock are as they were.
  std::mutex M;
  stm::condition_variable Changed;
  bool IsThere = false;
  Thread Notifier([&] {
    std::lock_guard Guard(M);
    IsThere = true;
    Changed.notify_all();
  });
  std::unique_lock Guard(M);
  Changed.wait(Guard, [&] { return IsThere; });
}

static long Stock = 0;

/// Users' own code that looks before it writes.
static void promised() {
  stm::condition_variable Delivered;
  stm::channel<int> Urgent(1), Ordinary(1);
  Thread Supplier([&] {
    for (int I = 0; I != Each; ++I) {
      stm::atomic([&] {
        ++Stock;
        Delivered.notify_all();
      });
      EXPECT((I % 2 ? Urgent : Ordinary).put(I));
    }
  });
  long Sum = 0;
  for (int I = 0; I != Each; ++I) {
    std::string Held = "destroyed when the block is left";
    stm::atomic([&, Held] {
      Delivered.wait([&] { return Stock != 0 && Held.size() == 32; });
      --Stock;
    });
    Sum += stm::or_else([&] { return *Urgent.take(); },
                        [&] { return *Ordinary.take(); });
  }
  EXPECT(Stock == 0 && Sum == Each * (Each - 1) / 2);
  // Calls of a loop wait for a later one.
  stm::set_threads(2);
  stm::transaction_queue Queue;
  Queue.add([&] {
    if (Stock == 0)
      stm::retry();
    --Stock;
  });
  Queue.add([] { ++Stock; });
  Queue.run();
  auto Later = stm::async([] {
    if (Stock == 0)
      stm::retry();
    return --Stock;
  });
  stm::atomic([] { ++Stock; });
  EXPECT(Later.get() == 0);
}

int main(int Argc, char **Argv) {
  std::string What = Argc > 1 ? Argv[1] : "";
  stm::channel<int> Full(1), Empty(1);
  Full.put(1);
  if (What == "larger") {
    stm::atomic([&] { Empty.take(); });
  } else if (What == "written") {
    stm::atomic([&] { Empty.put(*Full.take() + *Full.take()); });
  } else if (What == "caught") {
    stm::atomic([&] {
      try {
        Empty.take();
      } catch (...) {
      }
    });
  } else if (What == "promised") {
    promised();
  } else {
    channels();
    sleepers();
    futures();
    others();
  }
}
