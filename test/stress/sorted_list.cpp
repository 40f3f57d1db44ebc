//===- stress/sorted_list.cpp - a linked list kept in order -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads insert into and remove from one sorted list; the order and the length
// are checked inside transactions. Fails on lost links, on nodes freed too
// early and on nodes freed by a rollback that are still linked.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

constexpr long Keys = 64;

struct Node {
  long Key;
  Node *Next;
};

Node *Head = nullptr;
long Length = 0;

bool insert(long Key) {
  Node **At = &Head;
  while (*At && (*At)->Key < Key)
    At = &(*At)->Next;
  if (*At && (*At)->Key == Key)
    return false;
  *At = new Node{Key, *At};
  ++Length;
  return true;
}

bool remove(long Key) {
  for (Node **At = &Head; *At && (*At)->Key <= Key; At = &(*At)->Next)
    if ((*At)->Key == Key) {
      Node *Gone = *At;
      *At = Gone->Next;
      Gone->Key = -1; // Whoever still walks over it finds it out of order.
      delete Gone;
      --Length;
      return true;
    }
  return false;
}

void check() {
  long Seen = 0, Last = -1;
  for (Node *N = Head; N; N = N->Next) {
    INVARIANT(N->Key > Last);
    Last = N->Key;
    ++Seen;
    INVARIANT(Seen <= Keys);
  }
  INVARIANT(Seen == Length);
}

void test(const stress::Config &C) {
  std::atomic<long> Balance{0};
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    long Mine = 0;
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      long Key = static_cast<long>(Next.below(Keys));
      switch (Next.below(5)) {
      case 0:
      case 1:
        Mine += stm::atomic("insert", [&] { return insert(Key); });
        break;
      case 2:
      case 3:
        Mine -= stm::atomic("remove", [&] { return remove(Key); });
        break;
      default:
        stm::atomic("check", check);
      }
    }
    Balance += Mine;
  });
  check();
  INVARIANT(Balance == Length);
  while (Head)
    remove(Head->Key);
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 120000);
}
