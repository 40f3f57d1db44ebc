//===- e2e/Higher/without_plugin.cpp - the models, one call at a time -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What doesn't wait gives the same results in a program that is compiled
// without the plugin, steps of a loop in order too.
//
// RUN: %at_O2 %t %s %cxx %link
// RUN: %if !sanitized %{ %at_O2 %t.gcc %s g++ -std=c++20 -pthread %include -Wl,--no-as-needed %link %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <stm/containers.hpp>
#include <stm/parallel.hpp>
#include <stm/transaction_queue.hpp>
#include <vector>

int main() {
  stm::set_threads(3);
  std::vector<int> Order;
  stm::transaction_queue Queue;
  for (int I = 0; I != 200; ++I)
    Queue.add([&, I] {
      Order.push_back(I);
      if (I < 50)
        Queue.add([&, I] { Order.push_back(1000 + I); });
      if (I == 100)
        throw I;
    });
  try {
    Queue.run_in_order();
    EXPECT(false);
  } catch (int I) {
    EXPECT(I == 100 && Order.size() == 101 && Queue.size() == 149);
  }
  Queue.run_in_order();
  EXPECT(Order.size() == 250);
  for (int I = 0; I != 250; ++I)
    EXPECT(Order[I] == (I < 200 ? I : 800 + I));

  stm::counter Sum;
  stm::hash_map<int, int> Map;
  for (int I = 0; I != 100; ++I)
    Queue.add([&, I] {
      Sum += I;
      Map[I % 10] += I;
    });
  Queue.run();
  EXPECT(Sum.value() == 4950 && Map.size() == 10);
  stm::for_in_order(0, 100, [&](int I) { Order[I] = Order[I + 1]; });
  EXPECT(Order[99] == 100);
  EXPECT(stm::map_reduce(
             0, 100, [](int I) { return I; }, std::plus<>(), 0) == 4950);
}
