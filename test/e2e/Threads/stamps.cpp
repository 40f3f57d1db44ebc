//===- e2e/Threads/stamps.cpp - plain stores between blocks ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Threads take nodes from a list, change them plainly, and put them back, while
// others go through the list. Nobody ever finds a node that is half changed,
// and no change is lost to a rollback. With the optimizer the plain stores
// don't wait: they stamp.
//
// RUN: %all_levels %t %s %stmxx
// RUN: %at_O2 %t.plain %s %cxx %link
// RUN: STM_OPTIONS=quiesce=always %t.O2 | FileCheck %s
// RUN: %if !sanitized %{ %stmxx -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=STAMPED %}
// STAMPED-LABEL: define {{.*}}@{{.*}}takeAndChange
// STAMPED: call {{.*}}@__stm_atomic{{(_wf)?}}_lazy_tx(
// STAMPED: call {{.*}}@__stm_settle(
// STAMPED: call {{.*}}@__stm_atomic{{(_wf)?}}_lazy_tx(
// CHECK: right
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <thread>
#include <vector>

namespace {

struct Node {
  Node *Next;
  long First, Second; ///< The same, while it is in the list.
  char Room[40];
};
constexpr long Nodes = 32, Rounds = 20000;

Node All[Nodes];
Node *List;

/// What a thread has done, and its random numbers.
struct alignas(64) Worker {
  long Changed, Found;
  unsigned Seed;
};

[[gnu::noinline]] void takeAndChange(Worker &Of) {
  for (long Round = 0; Round != Rounds; ++Round) {
    Of.Seed = Of.Seed * 1664525 + 1013904223;
    unsigned Skip = Of.Seed >> 16 & 7;
    // Now and then the one behind some others.
    Node *Mine = stm::atomic([=]() -> Node * {
      Node **At = &List;
      for (unsigned I = 0; I != Skip && *At; ++I)
        At = &(*At)->Next;
      Node *Taken = *At;
      if (Taken)
        *At = Taken->Next;
      return Taken;
    });
    if (!Mine)
      continue;
    Mine->First += 1;
    Of.Changed += 1;
    Mine->Second += 1;
    stm::atomic([=] {
      Mine->Next = List;
      List = Mine;
    });
  }
}

[[gnu::noinline]] void lookAtAll(Worker &Of) {
  for (long Round = 0; Round != Rounds; ++Round) {
    bool Differs = stm::atomic([] {
      for (Node *At = List; At; At = At->Next)
        if (At->First != At->Second)
          return true;
      return false;
    });
    Of.Found += Differs;
  }
}

} // namespace

int main() {
  for (Node &N : All) {
    N.Next = List;
    List = &N;
  }
  Worker Workers[4] = {};
  std::vector<std::thread> Threads;
  for (int I = 0; I != 4; ++I)
    Threads.emplace_back([&Of = Workers[I], I] {
      Of.Seed = static_cast<unsigned>(I);
      if (I == 3)
        lookAtAll(Of);
      else
        takeAndChange(Of);
    });
  for (std::thread &T : Threads)
    T.join();
  long Changed = 0, Sum = 0;
  for (Worker &Of : Workers) {
    Changed += Of.Changed;
    EXPECT(Of.Found == 0);
  }
  for (Node &N : All) {
    EXPECT(N.First == N.Second);
    Sum += N.First;
  }
  EXPECT(Sum == Changed);
  puts("right");
}
