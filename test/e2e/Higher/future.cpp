//===- e2e/Higher/future.cpp - results of transactions to come ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RUN: %one_level %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <memory>
#include <stdexcept>
#include <stm/future.hpp>
#include <string>

static void values() {
  long X = 1;
  auto A = stm::async([&](long By) { return X += By; }, 41L);
  EXPECT(A.valid() && A.get() == 42 && A.get() == 42 && A.ready());
  auto B = A.then([](long V) { return std::to_string(V); });
  auto C = B.then([](const std::string &S) { return S + "!"; });
  EXPECT(C.get() == "42!");
  int Ran = 0;
  auto D = stm::async([&] { ++Ran; }).then([&] { ++Ran; });
  D.get();
  EXPECT(Ran == 2);
  auto E = stm::async([] { return std::make_unique<int>(7); });
  EXPECT(*E.get() == 7);
  EXPECT(!stm::future<int>().valid());
  EXPECT(stm::make_ready_future(3).get() == 3);
}

/// In one transaction: all of it or nothing.
static void insideTransactions() {
  Rival Other;
  int Ran = 0;
  stm::future<int> F;
  stm::atomic([&] {
    F = stm::async([&] { return ++Ran; });
    EXPECT(!F.ready());
    Other.strike();
  });
  EXPECT(F.get() == 1);
  stm::try_atomic([&] {
    stm::async([&] { ++Ran; });
    stm::cancel();
  });
  // get() in a transaction: nothing of it is left while it waits.
  long Before = 0;
  stm::promise<long> P;
  auto Sum = stm::async([&, Of = P.get_future()] {
    ++Before;
    return Of.get() + Before;
  });
  stm::atomic([&] {
    EXPECT(Before == 0);
    P.set_value(10);
  });
  EXPECT(Sum.get() == 11 && Ran == 1);
}

static void failures() {
  int X = 0;
  auto A = stm::async([&]() -> int {
    X = 1; // Commits, as with a lock.
    throw std::runtime_error("no");
  });
  auto B = A.then([](int) {
    EXPECT(false);
    return 1;
  });
  for (auto &F : {A, B})
    try {
      F.get();
      EXPECT(false);
    } catch (const std::runtime_error &E) {
      EXPECT(std::string(E.what()) == "no" && X == 1);
    }

  // Cancelled before it begins, while it runs, and too late.
  stm::promise<int> P;
  auto C = P.get_future().then([](int V) { return V; });
  EXPECT(C.cancel() && !C.cancel());
  P.set_value(1);
  try {
    C.get();
    EXPECT(false);
  } catch (const stm::cancelled &) {
  }
  EXPECT(!A.cancel() && P.get_future().get() == 1);
  int Y = 0;
  Step = 0;
  auto D = stm::async([&] {
    ++Y;
    reached(1);
    awaitBriefly(2);
  });
  await(1);
  EXPECT(D.cancel());
  reached(2);
  auto E = D.then([] { EXPECT(false); });
  try {
    E.get();
    EXPECT(false);
  } catch (const stm::cancelled &) {
  }
  stm::atomic([&] { EXPECT(Y == 0); });
  stm::future<int> Left;
  {
    stm::promise<int> Q;
    Left = Q.get_future();
  }
  EXPECT(!Left.cancel() && Left.ready());
}

static void several() {
  std::vector<stm::future<int>> Some;
  for (int I = 0; I != 20; ++I)
    Some.push_back(stm::async([I] { return I; }));
  auto All = stm::when_all(Some).get();
  for (int I = 0; I != 20; ++I)
    EXPECT(All[I] == I);
  EXPECT(stm::when_all(std::vector<stm::future<int>>()).get().empty());
  auto [N, S] = stm::when_all(stm::async([] { return 1; }),
                              stm::async([] { return std::string("s"); }))
                    .get();
  EXPECT(N == 1 && S == "s");

  stm::promise<int> First, Second;
  auto Any = stm::when_any(First.get_future(), Second.get_future());
  auto Same = stm::when_any(
      std::vector{First.get_future(), Second.get_future(), Some[0]});
  EXPECT(!Any.ready() && Same.get() == 2);
  Second.set_value(5);
  EXPECT(Any.get() == 1);
  auto Failing =
      stm::when_all(std::vector{First.get_future(), Second.get_future()});
  First.set_exception(std::make_exception_ptr(3));
  try {
    Failing.get();
    EXPECT(false);
  } catch (int I) {
    EXPECT(I == 3);
  }
}

/// More calls wait for each other than there are threads, in the wrong order.
static void chains() {
  constexpr int Length = 30;
  std::vector<stm::promise<int>> Links(Length);
  std::vector<stm::future<void>> Calls;
  for (int I = 0; I + 1 != Length; ++I)
    Calls.push_back(stm::async([&, I] {
      int Next = Links[I + 1].get_future().get();
      Links[I].set_value(Next + 1);
    }));
  Links[Length - 1].set_value(0);
  EXPECT(Links[0].get_future().get() == Length - 1);
  for (auto &C : Calls)
    C.get();
}

static stm::future<long> coroutine(stm::future<long> Of, long &Shared) {
  long A = co_await Of;
  EXPECT(!stm_in_transaction());
  long B = co_await stm::async([&] { return Shared += A; });
  if (B > 1000)
    throw std::runtime_error("too much");
  co_return B + 1;
}
static stm::future<void> nothing(stm::future<long> Of, bool &Failed) {
  try {
    co_await Of;
  } catch (const std::runtime_error &) {
    Failed = true;
  }
}

static void coroutines() {
  long Shared = 1;
  stm::promise<long> P;
  auto R = coroutine(P.get_future(), Shared);
  EXPECT(!R.ready());
  P.set_value(4);
  EXPECT(R.get() == 6 && Shared == 5);
  bool Failed = false;
  nothing(coroutine(stm::make_ready_future(5000L), Shared), Failed).get();
  EXPECT(Failed);
}

int main() {
  stm::set_threads(3);
  values();
  insideTransactions();
  failures();
  several();
  chains();
  coroutines();
  Disturber D;
  for (unsigned Seed = 0; Seed != workloads(40); ++Seed) {
    Numbers N(Seed);
    World W;
    uint64_t Sum = 0;
    std::vector<stm::future<uint64_t>> Calls;
    for (uint64_t I = N.below(8); I; --I) {
      uint64_t S = N.next();
      Calls.push_back(stm::async([&W, &D, S] {
                        D.suffer(S);
                        W.Cell[S % World::Cells].Value += S % 1000;
                        return S % 1000;
                      }).then([&W](uint64_t V) {
        W.Cell[V % World::Cells].Value += V;
        return 2 * V;
      }));
    }
    for (uint64_t V : stm::when_all(Calls).get())
      Sum += V;
    stm::atomic([&] {
      for (auto &C : W.Cell)
        Sum -= C.Value;
    });
    EXPECT(Sum == 0);
  }
  expectOptimistic(0);
  // What has been begun is executed before the program ends.
  static stm::future<void> Last = stm::async([] {
    stm::deferred_printf(1, "last\n");
    stm::async([] { stm::deferred_printf(1, "very last\n"); });
  });
  // CHECK: last
  // CHECK: very last
}
