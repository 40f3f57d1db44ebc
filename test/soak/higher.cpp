//===- soak/higher.cpp - what is made of blocks -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "world.h"

#include <stm/future.hpp>
#include <stm/parallel.hpp>
#include <stm/transaction_queue.hpp>

namespace soak {

namespace {

unsigned account(Random &Next) {
  return static_cast<unsigned>(Next.below(World::Accounts));
}

void trade(Random &Next) {
  unsigned What = static_cast<unsigned>(Next.below(World::Keys));
  Shop &Goods = W.Goods;
  switch (Next.below(3)) {
  case 0:
    stm::atomic("buy", [&] {
      if (Goods.Total.value() > 1000)
        return;
      if (!Goods.Stock.update(What, [](long &Count) { ++Count; }))
        Goods.Stock.insert(What, 1);
      Goods.Total += 1;
    });
    break;
  case 1:
    stm::atomic("ship", [&] {
      std::optional<long> Count = Goods.Stock.find(What);
      if (!Count)
        return;
      INVARIANT(*Count > 0);
      if (*Count == 1)
        Goods.Stock.erase(What);
      else
        Goods.Stock.insert_or_assign(What, *Count - 1);
      Goods.Line.push(What);
    });
    break;
  case 2:
    stm::atomic("deliver", [&] {
      if (auto First = Goods.Line.try_pop()) {
        INVARIANT(*First < World::Keys);
        Goods.Total += -1;
      }
    });
    break;
  }
}

void futures(Random &Next) {
  unsigned From = account(Next), To = account(Next);
  long Amount = static_cast<long>(Next.below(50));
  auto First = stm::async([=] {
    transfer(From, To, Amount);
    return Amount;
  });
  auto Second = First.then([=](long Was) {
    transfer(To, From, Was);
    return Was + 1;
  });
  auto Third = stm::async([=] {
    transfer(From, To, 1);
    return 1L;
  });
  bool Cancelled = Next.below(4) == 0 && Third.cancel();
  try {
    auto [A, B] = stm::when_all(Second, Third).get();
    INVARIANT(A == Amount + 1 && B == 1 && !Cancelled);
  } catch (const stm::cancelled &) {
    INVARIANT(Cancelled);
  }
  // It may still be at work.
  INVARIANT(Second.get() == Amount + 1);
}

void queues(Random &Next) {
  unsigned Count = 1 + static_cast<unsigned>(Next.below(30));
  bool InOrder = Next.below(2);
  std::vector<unsigned> Done;
  stm::transaction_queue Queue;
  for (unsigned I = 0; I != Count; ++I)
    Queue.add([&, I, From = account(Next), To = account(Next)] {
      transfer(From, To, 2);
      Done.push_back(I);
      if (I % 8 == 0)
        Queue.add([&, From, To, I] {
          transfer(To, From, 2);
          Done.push_back(Count + I / 8);
        });
    });
  if (InOrder)
    Queue.run_in_order();
  else
    Queue.run();
  INVARIANT(Done.size() == Count + (Count + 7) / 8);
  for (unsigned I = 0; I != Done.size() && InOrder; ++I)
    INVARIANT(Done[I] == I);
}

void loops(Random &Next) {
  unsigned Count = static_cast<unsigned>(Next.below(200));
  unsigned From = account(Next), To = account(Next);
  std::vector<unsigned> Seen(Count);
  uint64_t Sum = 0;
  auto Step = [&](unsigned I) {
    Seen[I] += 1;
    Sum = Sum * 31 + I;
    transfer(From, To, I);
  };
  uint64_t Expected = 0;
  switch (Next.below(3)) {
  case 0:
    stm::parallel_for(0u, Count, Step);
    break;
  case 1:
    stm::for_in_order(0u, Count, Step);
    for (unsigned I = 0; I != Count; ++I)
      Expected = Expected * 31 + I;
    INVARIANT(Sum == Expected);
    break;
  case 2:
    Sum = stm::map_reduce(
        0u, Count, [&](unsigned I) { return uint64_t{++Seen[I]} + I; },
        std::plus<uint64_t>(), uint64_t{0});
    for (unsigned I = 0; I != Count; ++I)
      Expected += 1 + I;
    INVARIANT(Sum == Expected);
    break;
  }
  for (unsigned Times : Seen)
    INVARIANT(Times == 1);
}

} // namespace

const Operation Higher[] = {
    {"trade", 100, trade},
    {"futures", 4, futures},
    {"queues", 1, queues},
    {"loops", 1, loops},
};
const size_t HigherCount = std::size(Higher);

} // namespace soak
