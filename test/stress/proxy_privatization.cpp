//===- stress/proxy_privatization.cpp - privatized for somebody else -*- C++
//-*-===//
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
// Each thread plays all three roles in turn.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

namespace {

struct Node {
  uint64_t A = 0, B = 0; ///< Equal as transactions see them.
};

Node *Shared; // Null while somebody has it.
std::vector<stress::Alone<Node *>> Mailbox;

void sendTo(unsigned Whom) {
  stm::atomic("unlink for another", [&] {
    if (!Shared)
      return;
    Mailbox[Whom].Value = Shared;
    Shared = nullptr;
  });
}

void update(unsigned Pause) {
  stm::atomic("update", [&] {
    Node *N = Shared;
    if (!N)
      return;
    uint64_t Before = N->A;
    INVARIANT(Before == N->B);
    stress::dawdle(Pause);
    N->A = Before + 1;
    stress::dawdle(Pause);
    N->B = Before + 1;
  });
}

void receive(unsigned Self) {
  Node *Mine =
      stm::atomic("look into the mailbox", [&] { return Mailbox[Self].Value; });
  if (!Mine)
    return;
  auto *Plain = const_cast<volatile Node *>(Mine);
  INVARIANT(Plain->A == Plain->B);
  Plain->A = 1000;
  Plain->B = 2000;
  stress::dawdle(500);
  INVARIANT(Plain->A == 1000 && Plain->B == 2000);
  Plain->B = 1000;
  stm::atomic("give back", [&] {
    Mailbox[Self].Value = nullptr;
    Shared = Mine;
  });
}

void test(const stress::Config &C) {
  Node Only;
  Shared = &Only;
  Mailbox.assign(C.Threads, {});
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I)
      switch (Next.below(4)) {
      case 0:
        sendTo(static_cast<unsigned>(Next.below(C.Threads)));
        break;
      case 1:
        receive(Self);
        break;
      default:
        update(static_cast<unsigned>(Next.below(60)));
      }
    receive(Self);
  });
  INVARIANT(Only.A == Only.B || !Shared);
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 60000); }
