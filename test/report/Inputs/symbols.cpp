#include <array>

namespace bank {

struct Named {
  int id;
};
struct Account : Named {
  long balance;
  union {
    char code[4];
    int number;
  };
};
std::array<Account, 64> accounts;
long matrix[3][4];
static long counter;
struct Registry {
  static Account first;
};
Account Registry::first;

} // namespace bank

inline __attribute__((always_inline)) void deposit(long amount) {
  bank::accounts[17].balance += amount; // inlined
}

__attribute__((noinline)) void transfer(long amount) {
  deposit(amount); // caller
  bank::counter += amount;
}

int main() {
  transfer(1);
  return static_cast<int>(bank::matrix[1][2] + bank::Registry::first.balance +
                          bank::counter);
}
