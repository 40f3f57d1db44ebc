//===- e2e/Isolation/privatize_free.cpp -----------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is deleted after the block belongs to the allocator: an older attempt
// must not write to it any more, not even to undo. The allocator is replaced by
// one that keeps the block and looks.
//
// RUN: %all_levels %t %s %stmxx
// RUN: env STM_OPTIONS=quiesce=never:report=none not %t.O2 2>&1 | FileCheck %s --check-prefix=NEVER
// NEVER: expected Graveyard->Value == 0x5a5a
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

struct alignas(64) Node {
  volatile long Value;
  static void operator delete(void *Block);
};

Node *Graveyard = nullptr;

void Node::operator delete(void *Block) {
  Graveyard = static_cast<Node *>(Block);
  Graveyard->Value = 0x5a5a;
}

struct Plain {
  long Value;
};

alignas(64) Node *Shared = nullptr;

int main() {
  Shared = new Node;
  Shared->Value = 0;
  Thread Old([] {
    stm::atomic([] {
      Node *N = Shared;
      if (!N)
        return;
      reached(1);
      awaitBriefly(2);
      *const_cast<long *>(&N->Value) = 7;
      reached(3);
      awaitBriefly(4);
    });
    reached(5);
  });
  await(1);
  Node *Mine = stm::atomic([] {
    Node *N = Shared;
    Shared = nullptr;
    return N;
  });
  reached(2);
  awaitBriefly(3);
  delete Mine;
  reached(4);
  await(5);
  EXPECT(Graveyard->Value == 0x5a5a);
  ::operator delete(Graveyard, std::align_val_t(64));
}
