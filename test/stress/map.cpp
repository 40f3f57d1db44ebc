//===- stress/map.cpp - std::map with order and sum -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Amounts move between the entries of a std::map whose entries come and go.
// Order, size and sum are checked inside transactions.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

#include <map>

namespace {

constexpr long Keys = 128;
constexpr long Total = 100000;
std::map<long, long> Map;

/// Takes the entry away, its amount goes to the next one (or the first).
void merge(long Key) {
  auto Found = Map.find(Key);
  if (Found == Map.end() || Map.size() == 1)
    return;
  long Amount = Found->second;
  auto Next = Map.erase(Found);
  if (Next == Map.end())
    Next = Map.begin();
  Next->second += Amount;
}

/// Adds an entry with half of what the one before (or the last) has.
void split(long Key) {
  auto Found = Map.lower_bound(Key);
  if (Found != Map.end() && Found->first == Key)
    return;
  auto From = Found == Map.begin() ? std::prev(Map.end()) : std::prev(Found);
  long Half = From->second / 2;
  From->second -= Half;
  Map.emplace_hint(Found, Key, Half);
}

void check() {
  long Sum = 0, Last = -1;
  size_t Seen = 0;
  for (const auto &[Key, Amount] : Map) {
    INVARIANT(Key > Last);
    Last = Key;
    Sum += Amount;
    ++Seen;
  }
  INVARIANT(Seen == Map.size());
  INVARIANT(Sum == Total);
}

void test(const stress::Config &C) {
  Map.clear();
  Map[0] = Total;
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      long Key = static_cast<long>(Next.below(Keys));
      switch (Next.below(7)) {
      case 0:
        stm::atomic("check", check);
        break;
      case 1:
      case 2:
      case 3:
        stm::atomic("split", [&] { split(Key); });
        break;
      default:
        stm::atomic("merge", [&] { merge(Key); });
      }
    }
  });
  check();
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 120000);
}
