//===- e2e/Language/cancel_on_throw.cpp - exceptions that undo --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

alignas(64) long X = 0;
alignas(64) long Y = 0;
std::vector<std::string> Texts;

struct Failure {
  std::string Text;
  std::vector<std::unique_ptr<std::string>> More;
  long Seen;
};

static void check(const Failure &F) {
  EXPECT(F.Text == "a text that doesn't fit into the string itself");
  EXPECT(F.More.size() == 1 && *F.More[0] == F.Text + F.Text);
  EXPECT(F.Seen == 5);
}

struct Copyable : Failure {
  Copyable() = default;
  Copyable(const Copyable &Other) : Failure() {
    Text = Other.Text;
    for (auto &One : Other.More)
      More.push_back(std::make_unique<std::string>(*One));
    Seen = Other.Seen;
  }
};

static long once(bool Throw) {
  return stm::atomic(stm::cancel_on_throw, [&] {
    ++Y;
    X = 5;
    Texts.push_back("a text that doesn't fit into the string itself");
    if (Throw) {
      Copyable F;
      F.Text = Texts.back();
      F.More.push_back(std::make_unique<std::string>(F.Text + F.Text));
      F.Seen = X;
      throw F;
    }
    return Y;
  });
}

/// What std::rethrow_exception throws shares an exception with those who have a
/// pointer to it.
static void sharedExceptions() {
  const char *Old = "one that was there before",
             *New = "one that is made inside";
  auto Stored = std::make_exception_ptr(std::runtime_error(Old));
  auto Throw = [&](bool MakesOne) {
    stm::atomic(stm::cancel_on_throw, [&] {
      X = 3;
      std::rethrow_exception(
          MakesOne ? std::make_exception_ptr(std::runtime_error(New)) : Stored);
    });
  };
  auto Try = [&](bool MakesOne) {
    try {
      Throw(MakesOne);
    } catch (const std::runtime_error &E) {
      EXPECT(std::string(E.what()) == (MakesOne ? New : Old));
      return;
    }
    EXPECT(false);
  };
  for (int I = 0; I != 4; ++I) {
    Try(I % 2);
    EXPECT(X == 0);
    Rival Other;
    stm::atomic([&] {
      Try(I % 2);
      Other.strike();
    });
    EXPECT(X == 0);
  }
  try {
    std::rethrow_exception(Stored);
  } catch (const std::runtime_error &E) {
    EXPECT(std::string(E.what()) == Old);
  }
}

int main() {
  bool Caught = false;
  try {
    once(true);
  } catch (const Failure &F) {
    check(F);
    Caught = true;
  }
  EXPECT(Caught && X == 0 && Y == 0 && Texts.empty());
  EXPECT(once(false) == 1 && X == 5 && Texts.size() == 1);
  X = Y = 0;
  Texts.clear();

  // Inside another block only what threw is undone; the handler may be there.
  for (bool RollBack : {false, true}) {
    X = Y = 0;
    Rival Other;
    stm::atomic([&] {
      ++Y;
      bool Here = false;
      try {
        once(true);
      } catch (const Failure &F) {
        check(F);
        Here = true;
      }
      EXPECT(Here && X == 0 && Y == 1 && Texts.empty());
      if (RollBack)
        Other.strike();
    });
    EXPECT(X == 0 && Y == 1 && Texts.empty());
  }

  // Or outside of both: the outer one commits.
  Y = 0;
  try {
    stm::atomic([] {
      ++Y;
      once(true);
    });
  } catch (const Failure &F) {
    check(F);
  }
  EXPECT(X == 0 && Y == 1);

  // Numbers, and pointers to what was there before.
  try {
    stm::atomic(stm::cancel_on_throw, [] {
      X = 3;
      throw &X;
    });
  } catch (long *P) {
    EXPECT(P == &X && X == 0);
  }
  // Cancelled without an exception.
  stm::atomic(stm::cancel_on_throw, [] {
    X = 3;
    stm::cancel();
  });
  EXPECT(X == 0);
  sharedExceptions();
  EXPECT(inevitableSoFar() == 0);

  // (Who loses too often may run alone.)
  onThreads(4, [](unsigned Self) {
    for (unsigned I = 0; I != 500; ++I)
      try {
        stm::atomic(stm::cancel_on_throw, [&] {
          ++X;
          Texts.push_back("a text that doesn't fit into the string itself");
          if ((I + Self) % 2) {
            Copyable F;
            F.Text = Texts.back();
            F.Seen = X;
            throw F;
          }
          Texts.pop_back();
        });
      } catch (const Failure &F) {
        EXPECT(F.Text == "a text that doesn't fit into the string itself");
      }
  });
  EXPECT(X == 1000 && Texts.empty());
}
