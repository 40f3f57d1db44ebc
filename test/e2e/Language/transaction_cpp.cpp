//===- e2e/Language/transaction_cpp.cpp - STM_TRANSACTION in C++ ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Methods, templates, virtual functions, constructors' arguments, exceptions.
//
// RUN: %levels %t %s %stmxx
// RUN: %two_levels %t %s %stmxx -g
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <stdexcept>
#include <string>

struct Account {
  long Balance = 0;

  STM_TRANSACTION void deposit(long Amount) { Balance += Amount; }
  STM_TRANSACTION long get() const { return Balance; }
  STM_TRANSACTION static long sum(const Account &A, const Account &B) {
    return A.Balance + B.Balance;
  }
  STM_TRANSACTION virtual void withdraw(long Amount) {
    if (Balance < Amount)
      throw std::runtime_error("not enough");
    Balance -= Amount;
  }
  virtual ~Account() = default;
};

struct Limited : Account {
  STM_TRANSACTION void withdraw(long Amount) override {
    if (Amount > 10)
      throw std::invalid_argument("too much");
    Account::withdraw(Amount);
  }
};

template <class T> STM_TRANSACTION T exchange(T &Where, T What) {
  T Old = Where;
  Where = What;
  return Old;
}

STM_TRANSACTION std::string name(const std::string &First, std::string Second) {
  Second += First;
  return Second;
}

STM_TRANSACTION long &reference(Account &A) { return A.Balance; }

struct Big {
  std::string Text;
  long Words[10];
};
STM_TRANSACTION Big big(Big B) {
  B.Text += "!";
  B.Words[9] += 1;
  return B;
}

namespace {
STM_TRANSACTION void leaves(long &Where) {
  ++Where;
  throw 5;
}
} // namespace

int main() {
  Account A;
  Limited B;
  onThreads(4, [&](unsigned Self) {
    Account &Mine = Self % 2 ? A : static_cast<Account &>(B);
    for (int I = 0; I != 1000; ++I) {
      Mine.deposit(3);
      Mine.withdraw(1);
    }
  });
  EXPECT(A.get() == 4000 && B.get() == 4000);
  EXPECT(Account::sum(A, B) == 8000);
  EXPECT(inevitableSoFar() == 0);

  Account *P = &B;
  bool Caught = false;
  try {
    P->withdraw(11);
  } catch (const std::invalid_argument &E) {
    Caught = std::string(E.what()) == "too much";
  }
  EXPECT(Caught && B.get() == 4000);

  int X = 1;
  EXPECT(exchange(X, 2) == 1 && X == 2);
  std::string Text = "a string that is too long to be in place";
  EXPECT(exchange(Text, std::string("b")) ==
         "a string that is too long to be in place");
  EXPECT(Text == "b");
  EXPECT(name("first", "second, and long enough to allocate ") ==
         "second, and long enough to allocate first");
  reference(A) = 7;
  EXPECT(A.get() == 7);
  Big Copy = big({"text", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}});
  EXPECT(Copy.Text == "text!" && Copy.Words[9] == 11 && Copy.Words[0] == 1);

  long Left = 0;
  try {
    leaves(Left);
    EXPECT(false);
  } catch (int Value) {
    EXPECT(Value == 5);
  }
  EXPECT(Left == 1 && !stm_in_transaction());
  void (Account::*Member)(long) = &Account::deposit;
  (A.*Member)(3);
  EXPECT(A.get() == 10);
}
