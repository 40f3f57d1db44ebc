//===- apps/common/sorted_list.h - a set of integers as a list --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_APPS_SORTED_LIST_H
#define STM_BENCH_APPS_SORTED_LIST_H

#include "../../micro/atomically.h"

class SortedList {
  struct Node {
    uint64_t Key;
    Node *Next;
  };
  Node *First = nullptr;

  /// The link to the first node whose key isn't smaller.
  BENCH_TX Node **linkTo(uint64_t Key) {
    Node **Link = &First;
    while (Node *N = *Link) {
      if (N->Key >= Key)
        break;
      Link = &N->Next;
    }
    return Link;
  }

public:
  BENCH_TX bool contains(uint64_t Key) const {
    const Node *N = First;
    while (N && N->Key < Key)
      N = N->Next;
    return N && N->Key == Key;
  }

  BENCH_TX bool insert(uint64_t Key) {
    Node **Link = linkTo(Key);
    Node *After = *Link;
    if (After && After->Key == Key)
      return false;
    *Link = new Node{Key, After};
    return true;
  }

  BENCH_TX bool erase(uint64_t Key) {
    Node **Link = linkTo(Key);
    Node *N = *Link;
    if (!N || N->Key != Key)
      return false;
    *Link = N->Next;
    delete N;
    return true;
  }

  const char *check(uint64_t Elements) const {
    uint64_t Count = 0;
    for (const Node *N = First; N; N = N->Next, ++Count)
      if (N->Next && N->Next->Key <= N->Key)
        return "the list is not in order";
    return Count == Elements ? nullptr : "the list has lost or gained elements";
  }
};

#endif // STM_BENCH_APPS_SORTED_LIST_H
