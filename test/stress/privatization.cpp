//===- stress/privatization.cpp - unlink in a block, use plainly after it -===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread unlinks the head of a list in a transaction, after that checks that
// nobody changes it any more, poisons it, deletes it and links a fresh one.
// Others walk the list and change its nodes in transactions.
//
// Fails with STM_OPTIONS=quiesce=never: an attempt that began before the unlink
// still writes to the node, or its undo does.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

constexpr uint64_t Alive = 0x600d600d600d600d;
constexpr unsigned Nodes = 8;

struct Node {
  uint64_t Magic;
  uint64_t A, B; ///< Always equal as transactions see them.
  Node *Next;
};

Node *Head;

void link(Node *N) {
  stm::atomic("link", [&] {
    N->Next = Head;
    Head = N;
  });
}

void privatize() {
  Node *Mine = stm::atomic("unlink", [] {
    Node *N = Head;
    if (N)
      Head = N->Next;
    return N;
  });
  if (!Mine)
    return;
  // From here on plain.
  auto *Plain = const_cast<volatile Node *>(Mine);
  INVARIANT(Plain->Magic == Alive);
  INVARIANT(Plain->A == Plain->B);
  Plain->A = 1;
  Plain->B = 2;
  stress::dawdle(500);
  INVARIANT(Plain->A == 1 && Plain->B == 2);
  Plain->Magic = 0xdead;
  stress::dawdle(100);
  INVARIANT(Plain->Magic == 0xdead);
  delete Mine;
  link(new Node{Alive, 5, 5, nullptr});
}

void walk(unsigned Pause) {
  stm::atomic("walk", [&] {
    unsigned Seen = 0;
    for (Node *N = Head; N; N = N->Next) {
      INVARIANT(N->Magic == Alive);
      INVARIANT(N->A == N->B);
      N->A += 1;
      stress::linger(Pause);
      N->B += 1;
      INVARIANT(++Seen <= Nodes);
    }
  });
}

void test(const stress::Config &C) {
  for (unsigned I = 0; I != Nodes; ++I)
    link(new Node{Alive, I, I, nullptr});
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I)
      if (Next.below(3) == 0)
        privatize();
      else
        walk(static_cast<unsigned>(Next.below(50)));
  });
  unsigned Left = 0;
  while (Node *N = Head) {
    INVARIANT(N->Magic == Alive && N->A == N->B);
    Head = N->Next;
    delete N;
    ++Left;
  }
  INVARIANT(Left == Nodes);
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 100000);
}
