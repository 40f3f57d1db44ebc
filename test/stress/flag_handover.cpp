//===- stress/flag_handover.cpp -------------------------------------------===//
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

std::atomic<Node *> Flag[Slots];

void handOver(unsigned At) {
  Node *Mine = stm::atomic("unlink", [=] {
    Node *N = Shared[At].Value;
    if (N)
      Shared[At].Value = nullptr;
    return N;
  });
  if (Mine)
    Flag[At].store(Mine, std::memory_order_release);
}

void takeOver(unsigned At, uint64_t Chance) {
  if (!Flag[At].load(std::memory_order_relaxed))
    return;
  Node *Mine = Flag[At].exchange(nullptr, std::memory_order_acquire);
  if (!Mine)
    return;
  auto *Plain = const_cast<volatile Node *>(Mine);
  INVARIANT(Plain->A == Plain->B);
  Plain->A = 1000;
  Plain->B = 2000;
  stress::linger(Chance);
  INVARIANT(Plain->A == 1000 && Plain->B == 2000);
  Plain->B = 1000;

  stm::atomic("give back", [&] { Shared[At].Value = Mine; });
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

void test(const stress::Config &C) {
  for (unsigned I = 0; I != Slots; ++I) {
    Nodes[I] = {};
    Shared[I].Value = &Nodes[I];
    Flag[I] = nullptr;
  }
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      unsigned At = static_cast<unsigned>(Next.below(Slots));
      if (Next.below(4) == 0)
        handOver(At);
      else
        update(At, Next());
      takeOver(At, Next());
    }
  });
  for (unsigned I = 0; I != Slots; ++I) {
    takeOver(I, 1);
    INVARIANT(Shared[I].Value == &Nodes[I] && Nodes[I].A == Nodes[I].B);
  }
}

} // namespace

int main(int Argc, char **Argv) {
  return stress::run(Argc, Argv, test, 200000);
}
