//===- e2e/Interface/snapshot.cpp - stm::snapshot ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What it returns, throws and allocates, also inside other transactions, with
// and without the plugin.
//
// REQUIRES: llvm-19 || long
// RUN: %levels %t %s %stmxx
// A snapshot doesn't look at what it has freed.
// RUN: env STM_OPTIONS=gc_defer_frees=0 MALLOC_PERTURB_=165 GLIBC_TUNABLES=glibc.malloc.tcache_count=0 \
// RUN:   %one_level %t %s %stmxx
// RUN: env STM_OPTIONS=report=none %one_level %t.plain %s %cxx -DPLAIN %link
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <exception>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

alignas(64) long Value = 5;
std::map<long, std::string> Names = {{1, "one"}, {2, "two"}, {3, "three"}};
std::unordered_map<std::string, long> Numbers = {{"one", 1}, {"two", 2}};

static long get(long Offset) {
  return stm::snapshot([=] { return Value + Offset; });
}

static void returns() {
  int I = stm::snapshot([] { return 42; });
  EXPECT(I == 42);
  EXPECT(get(2) == 7);
  long &Ref = stm::snapshot([]() -> long & { return Value; });
  EXPECT(&Ref == &Value);
  const std::string &One = stm::snapshot(
      "named", []() -> const std::string & { return Names.at(1); });
  EXPECT(&One == &Names.at(1));
  stm::snapshot([] { EXPECT(Value == 5); });
  stm::snapshot("nothing", [] {});
  EXPECT(stm::snapshot([] { return std::make_unique<long>(Value); }) !=
         nullptr);
  struct Large {
    long Word[20];
  };
  Large L = stm::snapshot([] {
    Large L;
    for (long W = 0; W != 20; ++W)
      L.Word[W] = W * Value;
    return L;
  });
  EXPECT(L.Word[19] == 95);
  int Calls = stm::snapshot([N = 0]() mutable { return ++N; });
  EXPECT(Calls == 1);
}

static void builds() {
  auto Keys = stm::snapshot([] {
    std::vector<long> Keys;
    for (auto &[Key, Name] : Names)
      Keys.push_back(Key);
    return Keys;
  });
  EXPECT((Keys == std::vector<long>{1, 2, 3}));
  std::string Text = stm::snapshot([] {
    std::string Text;
    for (auto &[Key, Name] : Names)
      Text += Name + ", ";
    return Text;
  });
  EXPECT(Text == "one, two, three, ");
  auto Copy = stm::snapshot([] { return Names; });
  EXPECT(Copy == Names);
  auto Reversed = stm::snapshot([] {
    std::map<long, std::string> Reversed;
    for (auto &[Name, Number] : Numbers)
      Reversed[Number] = Name;
    return Reversed;
  });
  EXPECT(Reversed.size() == 2 && Reversed[2] == "two");
}

static void throws() {
  try {
    stm::snapshot([] {
      if (Value == 5)
        throw 7L;
    });
    EXPECT(false);
  } catch (long Thrown) {
    EXPECT(Thrown == 7);
  }
  try {
    stm::snapshot([] { return Names.at(4); });
    EXPECT(false);
  } catch (const std::out_of_range &) {
  }
  EXPECT(!stm_in_transaction());
  long Caught = stm::snapshot([] {
    try {
      throw Value;
    } catch (long Thrown) {
      return Thrown + 1;
    }
  });
  EXPECT(Caught == 6);
  EXPECT(!std::current_exception());
}

static void nested() {
  long Sum = stm::atomic([] {
    ++Value;
    long Seen = stm::snapshot([] {
      EXPECT(stm_in_transaction());
      return Value;
    });
    EXPECT(stm_in_transaction());
    ++Value;
    return Seen + get(1);
  });
  EXPECT(Sum == 6 + 8 && Value == 7);
  Value = 5;
  EXPECT(stm::snapshot(
             [] { return get(1) + stm::atomic([] { return Value; }); }) == 11);
}

int main() {
  returns();
  builds();
  throws();
  nested();
  EXPECT(!stm_in_transaction());
  stm_collect(1);
  stm_collect(2);
#ifdef PLAIN
  EXPECT(inevitableSoFar() != 0);
#else
  EXPECT(inevitableSoFar() == 0);
#endif
}
