// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two threads move money around; fails unless it is instrumented (transactions
// that became inevitable are counted) and the sum stays.

#include <stm/stm.hpp>

#include <cstdio>
#include <map>
#include <string>
#include <thread>

static std::map<std::string, long> Accounts;

static void run(unsigned Seed) {
  for (int I = 0; I < 2000; ++I) {
    Seed = Seed * 1103515245 + 12345;
    std::string From = "account number " + std::to_string(Seed >> 16 & 7);
    std::string To = "account number " + std::to_string(Seed >> 20 & 7);
    stm::atomic([&] {
      --Accounts[From];
      ++Accounts[To];
    });
  }
}

int main() {
  std::thread A(run, 1u), B(run, 2u);
  A.join();
  B.join();
  long Sum = stm::atomic([] {
    long Total = 0;
    for (const auto &[Name, Balance] : Accounts)
      Total += Balance;
    return Total;
  });
  stm_stats Stats;
  stm_get_stats(&Stats);
  printf("sum %ld, %s\n", Sum,
         Stats.inevitable > Stats.commits / 2 ? "inevitable" : "instrumented");
  return Sum != 0;
}
