//===- stress/hash_map.cpp - two maps with the same keys --------*- C++ -*-===//
// C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each key is in exactly one of two maps, under its own value; keys move, and
// now and then a whole map moves, which rehashes. Checked inside transactions.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

#include <string>
#include <unordered_map>

namespace {

constexpr unsigned Keys = 96;
std::unordered_map<std::string, unsigned> Left, Right;

std::string name(unsigned Key) {
  // Some fit into the string itself, some don't.
  std::string Name(Key % 3 ? 3 : 30, 'k');
  Name += static_cast<char>('0' + Key / 10);
  Name += static_cast<char>('0' + Key % 10);
  return Name;
}

void move(unsigned Key) {
  std::string Name = name(Key);
  auto Found = Left.find(Name);
  if (Found != Left.end()) {
    unsigned Value = Found->second;
    Left.erase(Found);
    Right.emplace(std::move(Name), Value);
  } else {
    auto Other = Right.find(Name);
    INVARIANT(Other != Right.end());
    Left[Name] = Other->second;
    Right.erase(Other);
  }
}

void moveAll() {
  std::unordered_map<std::string, unsigned> Fresh;
  for (auto &[Name, Value] : Left)
    Fresh.emplace(Name, Value);
  Left.clear();
  Left.swap(Fresh);
}

void check(unsigned Key) {
  INVARIANT(Left.size() + Right.size() == Keys);
  std::string Name = name(Key);
  auto A = Left.find(Name), B = Right.find(Name);
  INVARIANT((A == Left.end()) != (B == Right.end()));
  INVARIANT((A == Left.end() ? B->second : A->second) == Key);
}

void test(const stress::Config &C) {
  Left.clear();
  Right.clear();
  for (unsigned Key = 0; Key != Keys; ++Key)
    Left[name(Key)] = Key;
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      unsigned Key = static_cast<unsigned>(Next.below(Keys));
      switch (Next.below(64)) {
      case 0:
        stm::atomic("move all", moveAll);
        break;
      default:
        if (I % 3)
          stm::atomic("move", [&] { move(Key); });
        else
          stm::atomic("check", [&] { check(Key); });
      }
    }
  });
  for (unsigned Key = 0; Key != Keys; ++Key)
    check(Key);
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 60000); }
