//===- stress/proxy_privatization.cpp - privatized for somebody else ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread A unlinks the node and writes it into B's mailbox in one transaction.
// B finds it there in a read-only transaction and uses it plainly, while C may
// still be in an attempt that began before A's commit and knows the node. So
// read-only commits must wait for older attempts too.
//
// Each thread plays all three roles in turn. Fails with
// STM_OPTIONS=quiesce=never.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

struct alignas(64) Node {
  uint64_t A = 0;
  uint64_t B = 0; ///< Equal to A as transactions see them.
  char Padding[64];
};

constexpr unsigned Slots = 4;
Node Nodes[Slots];
stress::Alone<Node *> Shared[Slots]; // Null while somebody has the node.

std::vector<stress::Alone<Node *>> Mailbox;

void sendTo(unsigned Whom, unsigned At) {
  stm::atomic("unlink for another", [&] {
    if (!Shared[At].Value || Mailbox[Whom].Value)
      return;
    Mailbox[Whom].Value = Shared[At].Value;
    Shared[At].Value = nullptr;
  });
}

void update(unsigned At, uint64_t Chance) {
  stm::atomic("update", [&] {
    Node *N = Shared[At].Value;
    if (!N)
      return;
    uint64_t Before = N->A;
    INVARIANT(Before == N->B);
    stress::linger(Chance);
    N->A = Before + 1;
    stress::linger(Chance >> 8);
    N->B = Before + 1;
  });
}

void receive(unsigned Self, uint64_t Chance) {
  Node *Mine =
      stm::atomic("look into the mailbox", [&] { return Mailbox[Self].Value; });
  if (!Mine)
    return;
  auto *Plain = const_cast<volatile Node *>(Mine);
  INVARIANT(Plain->A == Plain->B);
  Plain->A = 1000;
  Plain->B = 2000;
  stress::linger(Chance);
  INVARIANT(Plain->A == 1000 && Plain->B == 2000);
  Plain->B = 1000;

  stm::atomic("give back", [&] {
    Mailbox[Self].Value = nullptr;
    Shared[Mine - Nodes].Value = Mine;
  });
}

void test(const stress::Config &C) {
  for (unsigned I = 0; I != Slots; ++I) {
    Nodes[I] = {};
    Shared[I].Value = &Nodes[I];
  }
  Mailbox.assign(C.Threads, {});
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      unsigned At = static_cast<unsigned>(Next.below(Slots));
      if (Next.below(4) == 0)
        sendTo((Self + 1) % C.Threads, At);
      else
        update(At, Next());
      receive(Self, Next());
    }
  });
  for (unsigned I = 0; I != C.Threads; ++I)
    receive(I, 1);
  for (unsigned I = 0; I != Slots; ++I)
    INVARIANT(Shared[I].Value == &Nodes[I] && Nodes[I].A == Nodes[I].B);
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 200000);
}
