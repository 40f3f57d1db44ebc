//===- soak/world.h - what all operations share -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shared data, each with an invariant that every operation keeps, and that
// operations check inside of transactions and outside.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_SOAK_WORLD_H
#define STM_TEST_SOAK_WORLD_H

#include "../stress/harness.h"

#include <stm/containers.hpp>
#include <stm/eventual.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace soak {

using stress::Alone;
using stress::Random;

/// Both say the same of each key.
struct Twins {
  std::map<unsigned, std::string> Ordered;
  std::unordered_map<unsigned, std::string> Hashed;
};

struct Node {
  Node *Next;
  uint64_t Value, Inverse;
};

struct Settings {
  std::string Name, Same;
};

/// What is in stock or in the line makes up the total.
struct Shop {
  stm::hash_map<unsigned, long> Stock;
  stm::queue<unsigned> Line;
  stm::counter Total;
};

struct World {
  static constexpr unsigned Accounts = 256, Keys = 512, Lists = 8, Words = 2048,
                            Cups = 3;

  Alone<long> Balance[Accounts]; ///< They add up to 0.
  Twins Books;
  Alone<Node *> List[Lists];
  std::shared_ptr<const Settings> Now; ///< Name and Same are equal.
  std::mutex M;
  long Left = 0, Right = 0;       ///< Of M: equal while nobody holds it.
  uint64_t Wide[Words] = {};      ///< All equal.
  Alone<unsigned> FreeCups{Cups}; ///< Never more than Cups.
  Alone<uint64_t> Printed, Hooked, Ended; ///< Counted in transactions.
  std::atomic<uint64_t> HooksCalled{0};
  Shop Goods;
  int Pipe = -1; ///< Takes the numbers up to Printed, a line each.

  /// All that holds between transactions, in one snapshot. Of the lock nothing.
  void check();
};

extern World W;

/// What a thread may do, and how often, among all.
struct Operation {
  const char *Name;
  unsigned Weight;
  void (*Do)(Random &);
};
extern const Operation Basic[], Higher[];
extern const size_t BasicCount, HigherCount;

/// Moves something from one account to another. In a transaction.
inline void transfer(unsigned From, unsigned To, long Amount) {
  W.Balance[From].Value -= Amount;
  W.Balance[To].Value += Amount;
}

} // namespace soak

#endif // STM_TEST_SOAK_WORLD_H
