//===- apps/bank.cpp - transfers between accounts, and their sum ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One operation in 200 is a scan: it adds all balances up, beside the
// transfers. Variants draw their numbers as programs do that aren't benchmarks:
// with what the standard library has, and a look at a flag that would end it;
// or with libc's, and keep their state and their counters in a struct.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"

#include <atomic>
#include <cstdlib>
#include <memory>
#include <random>

namespace {

class StandardRandom {
  std::mt19937_64 Engine;

public:
  explicit StandardRandom(uint64_t Seed) : Engine(Seed) {}
  uint64_t below(uint64_t Bound) {
    return std::uniform_int_distribution<uint64_t>(0, Bound - 1)(Engine);
  }
};

class LibcRandom {
  struct alignas(64) State {
    unsigned short Seed[3];
    uint64_t Drawn, Large;
  };
  std::unique_ptr<State> Of;

public:
  explicit LibcRandom(uint64_t Seed)
      : Of(new State{{static_cast<unsigned short>(Seed), 7, 77}, 0, 0}) {}
  uint64_t below(uint64_t Bound) {
    State &S = *Of;
    auto Result =
        static_cast<uint64_t>(erand48(S.Seed) * static_cast<double>(Bound));
    ++S.Drawn;
    if (Result >= Bound / 2)
      ++S.Large;
    return Result;
  }
};

template <class Numbers> class Bank : public App {
  static constexpr uint64_t Accounts = 1024, First = 1000, ScanEach = 200;
  Input In;
  uint64_t Total;
  Array<int64_t> Balances;
  Array<Own<Counter>> WrongSums;
  std::atomic<bool> IsOver{false};

  BENCH_TX static int64_t sum(const int64_t *Balances) {
    int64_t Sum = 0;
    for (uint64_t I = 0; I < Accounts; ++I)
      Sum += Balances[I];
    return Sum;
  }

  BENCH_TX static void transfer(int64_t *From, int64_t *To, int64_t Amount) {
    if (*From < Amount)
      return;
    *From -= Amount;
    *To += Amount;
  }

public:
  explicit Bank(const Input &In)
      : In(In), Total(In.scaled(6'000'000)), Balances(Accounts),
        WrongSums(In.Threads) {
    for (int64_t &B : Balances)
      B = First;
  }

  void work(unsigned Thread) override {
    int64_t *Shared = Balances.data();
    Share Part(Total, Thread, In.Threads);
    Numbers R(In.Seed + Thread);
    for (uint64_t I = Part.Begin; I < Part.End; ++I) {
      if (std::is_same_v<Numbers, StandardRandom> && IsOver.load())
        break;
      if (I % ScanEach == 0) {
        if (atomically([=] { return sum(Shared); }) != Accounts * First)
          ++WrongSums[Thread].Value;
        continue;
      }
      int64_t *From = Shared + R.below(Accounts);
      int64_t *To = Shared + R.below(Accounts);
      int64_t Amount = static_cast<int64_t>(R.below(100));
      atomically([=] { transfer(From, To, Amount); });
    }
  }

  const char *check() override {
    for (const Counter &C : WrongSums)
      if (C.Value)
        return "a scan saw money come or go";
    return sum(Balances.data()) == Accounts * First ? nullptr
                                                    : "money came or went";
  }
  uint64_t operations() const override { return Total; }
};

const AppKind Kind("bank", "transfers between 1024 accounts; 0.5 % sum them up",
                   makeApp<Bank<Random>>);
const AppKind Standard("bank/std",
                       "the same, with the standard library's "
                       "random numbers and a flag that ends it",
                       makeApp<Bank<StandardRandom>>);
const AppKind Libc("bank/libc",
                   "the same, with libc's random numbers, counted in a struct "
                   "of the thread's",
                   makeApp<Bank<LibcRandom>>);

} // namespace
