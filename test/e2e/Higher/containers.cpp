//===- e2e/Higher/containers.cpp - containers that seldom conflict --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// REQUIRES: llvm-19 || long
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <map>
#include <set>
#include <stm/containers.hpp>
#include <string>
#include <vector>

static void asAMap(uint64_t Seed) {
  Numbers N(Seed);
  stm::hash_map<std::string, uint64_t> M(N.below(300));
  std::map<std::string, uint64_t> Same;
  for (int I = 0; I != 600; ++I) {
    std::string K = "a key that is long enough " + std::to_string(N.below(200));
    uint64_t V = N.next();
    switch (N.below(7)) {
    case 0:
      EXPECT(M.insert(K, V) == Same.insert({K, V}).second);
      break;
    case 1:
      EXPECT(M.insert_or_assign(K, V) == Same.insert_or_assign(K, V).second);
      break;
    case 2:
      EXPECT(M.erase(K) == (Same.erase(K) == 1));
      break;
    case 3:
      stm::atomic([&] { M[K] += V; });
      Same[K] += V;
      break;
    case 4:
      EXPECT(M.update(K, [](uint64_t &Of) { ++Of; }) == (Same.count(K) == 1));
      if (Same.count(K))
        ++Same[K];
      break;
    case 5: // Undone.
      stm::try_atomic([&] {
        M.insert(K, V);
        M.erase(K);
        M[K] = V;
        stm::cancel();
      });
      break;
    default:
      EXPECT(M.contains(K) == (Same.count(K) == 1));
      EXPECT(M.find(K) ==
             (Same.count(K) ? std::optional(Same[K]) : std::nullopt));
      break;
    }
  }
  size_t Count = 0;
  M.for_each([&](const std::string &K, uint64_t V) {
    ++Count;
    EXPECT(Same.count(K) && Same[K] == V);
  });
  EXPECT(Count == Same.size() && M.size() == Count);
  bool Thrown = false;
  try {
    M.at("none");
  } catch (const std::out_of_range &) {
    Thrown = true;
  }
  EXPECT(Thrown);
  M.clear();
  EXPECT(M.empty() && !M.contains("none"));
}

/// Transactions on different keys: none conflicts, growing apart.
static void differentKeys() {
  stm::hash_map<uint64_t, uint64_t> M(20000);
  for (uint64_t K = 0; K != 4000; ++K)
    M.insert(K, 0);
  uint64_t Before = abortsSoFar();
  onThreads(4, [&](unsigned Self) {
    for (uint64_t I = 0; I != 3000; ++I)
      stm::atomic([&] {
        uint64_t K = (I % 1000) * 4 + Self;
        ++M[K];
        if (I < 500)
          M.insert(10000 + I * 4 + Self, 1);
      });
  });
  EXPECT(M.size() == 6000 && *M.find(5) == 3);
  // Those about keys whose hashes meet.
  EXPECT(abortsSoFar() - Before < 120);
}

/// Money between accounts that come and go, while others look.
static void bank() {
  stm::hash_map<uint64_t, long> M;
  for (uint64_t K = 0; K != 100; ++K)
    M.insert(K, 10);
  onThreads(4, [&](unsigned Self) {
    Numbers N(Self);
    for (int I = 0; I != 400; ++I) {
      uint64_t From = N.below(100), To = N.below(150);
      if (I % 40 == 0) {
        long Sum = 0;
        stm::snapshot([&] {
          long All = 0;
          M.for_each([&](uint64_t, long V) { All += V; });
          EXPECT(All == 1000);
          return All;
        });
        Sum = stm::atomic([&] {
          long All = 0;
          M.for_each([&](uint64_t, long V) { All += V; });
          return All;
        });
        EXPECT(Sum == 1000);
        continue;
      }
      stm::atomic([&] {
        auto Has = M.find(From);
        if (!Has)
          return;
        M.erase(From);
        M[To] += *Has / 2;
        M[From] += *Has - *Has / 2;
      });
    }
  });
}

static void queues() {
  stm::queue<std::string> Q;
  EXPECT(Q.empty() && !Q.try_pop());
  constexpr int Each = 500;
  std::vector<std::vector<std::string>> Got(2);
  onThreads(4, [&](unsigned Self) {
    for (int I = 0; I != Each; ++I)
      if (Self < 2)
        Q.push(std::to_string(Self) + " " + std::to_string(I));
      else
        Got[Self - 2].push_back(Q.pop());
  });
  EXPECT(Q.empty() && Q.size() == 0);
  std::set<std::string> All;
  for (auto &Of : Got) {
    int Last[2] = {-1, -1};
    for (std::string &S : Of) {
      int Self = S[0] - '0', I = std::stoi(S.substr(2));
      EXPECT(I > Last[Self]); // In order.
      Last[Self] = I;
      All.insert(S);
    }
  }
  EXPECT(All.size() == 2 * Each);

  // Who puts and who takes.
  stm::queue<long> L;
  for (int I = 0; I != 100; ++I)
    L.push(I);
  uint64_t Before = abortsSoFar();
  onThreads(2, [&](unsigned Self) {
    for (int I = 0; I != 1000; ++I)
      Self ? L.push(I) : void(I < 100 ? L.try_pop() : std::nullopt);
  });
  EXPECT(abortsSoFar() == Before && L.size() == 1000);
}

static void ids() {
  stm::unique_id Ids(7);
  std::vector<std::vector<uint64_t>> Got(3);
  uint64_t Before = abortsSoFar();
  onThreads(3, [&](unsigned Self) {
    for (int I = 0; I != 1000; ++I)
      Got[Self].push_back(stm::atomic([&] { return Ids.next(); }));
  });
  EXPECT(abortsSoFar() == Before);
  std::set<uint64_t> All;
  for (auto &Of : Got)
    All.insert(Of.begin(), Of.end());
  EXPECT(All.size() == 3000 && *All.begin() == 7);
}

int main() {
  for (unsigned I = 0; I != workloads(20); ++I)
    asAMap(I);
  differentKeys();
  bank();
  queues();
  ids();
  expectOptimistic(0);
}
