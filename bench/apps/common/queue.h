//===- apps/common/queue.h - a linked queue ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_APPS_QUEUE_H
#define STM_BENCH_APPS_QUEUE_H

#include "../../micro/atomically.h"

/// Neither end knows the other: who takes and who adds conflict only where the
/// queue is almost empty.
template <class T> class Queue {
  struct Node {
    T Item;
    Node *Next;
  };
  // A node whose item is gone; the first item is in the one after it.
  alignas(64) Node *Before = new Node{T(), nullptr};
  alignas(64) Node *Last = Before;

public:
  Queue() = default;
  Queue(const Queue &) = delete;
  Queue &operator=(const Queue &) = delete;
  ~Queue() {
    while (Node *N = Before) {
      Before = N->Next;
      delete N;
    }
  }

  BENCH_TX void push(T Item) {
    Node *New = new Node{Item, nullptr};
    Last->Next = New;
    Last = New;
  }

  BENCH_TX bool pop(T &Item) {
    Node *Old = Before;
    Node *First = Old->Next;
    if (!First)
      return false;
    Item = First->Item;
    Before = First;
    delete Old;
    return true;
  }

  uint64_t size() const {
    uint64_t Count = 0;
    for (const Node *N = Before->Next; N; N = N->Next)
      ++Count;
    return Count;
  }
};

#endif // STM_BENCH_APPS_QUEUE_H
