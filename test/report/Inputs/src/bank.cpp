#include <stm/stm.hpp>

#include <cstdio>

struct Account {
  long number;
  long balance;
};
Account accounts[64];
long transfers;

void transfer(int from, int to, long amount) {
  stm::atomic("transfer", [&] {
    accounts[from].balance -= amount;
    accounts[to].balance += amount;
    ++transfers;
  });
}

long total() {
  return stm::atomic("total", [] {
    long sum = 0;
    for (const Account &a : accounts)
      sum += a.balance;
    return sum;
  });
}

void audit() {
  stm::atomic("audit", [] { std::printf("%ld\n", transfers); });
}
