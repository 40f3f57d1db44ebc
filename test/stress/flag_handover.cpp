//===- stress/flag_handover.cpp - privatized, then handed over by an atomic -*-
//C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A unlinks the node in a transaction and stores its address to a std::atomic
// outside; B takes it from there without any transaction and uses it plainly. C
// may still be in an attempt that began before A's commit: A's commit must have
// waited for it.
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
std::atomic<Node *> Flag{nullptr};

void handOver() {
  Node *Mine = stm::atomic("unlink", [] {
    Node *N = Shared;
    if (N)
      Shared = nullptr;
    return N;
  });
  if (Mine)
    Flag.store(Mine, std::memory_order_release);
}

void takeOver() {
  Node *Mine = Flag.exchange(nullptr, std::memory_order_acquire);
  if (!Mine)
    return;
  auto *Plain = const_cast<volatile Node *>(Mine);
  INVARIANT(Plain->A == Plain->B);
  Plain->A = 1000;
  Plain->B = 2000;
  stress::dawdle(500);
  INVARIANT(Plain->A == 1000 && Plain->B == 2000);
  Plain->B = 1000;
  stm::atomic("give back", [&] { Shared = Mine; });
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

void test(const stress::Config &C) {
  Node Only;
  Shared = &Only;
  Flag = nullptr;
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I)
      switch (Next.below(4)) {
      case 0:
        handOver();
        break;
      case 1:
        takeOver();
        break;
      default:
        update(static_cast<unsigned>(Next.below(60)));
      }
  });
  takeOver();
  INVARIANT(Shared == &Only && Only.A == Only.B);
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 60000); }
