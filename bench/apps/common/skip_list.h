//===- apps/common/skip_list.h - a set of integers as a skip list -*- C++
//-*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A node's height follows from its key (as random as the hash), so that nothing
// random happens in a transaction.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_APPS_SKIP_LIST_H
#define STM_BENCH_APPS_SKIP_LIST_H

#include "../../micro/atomically.h"

class SkipList {
  static constexpr unsigned MaxHeight = 16;
  struct Node {
    uint64_t Key;
    unsigned Height;
    Node *Next[MaxHeight]; ///< Allocated are the first Height ones only.
  };
  Node Head = {0, MaxHeight, {}};

  BENCH_TX static unsigned heightOf(uint64_t Key) {
    // The finalizer of splitmix64 (Steele, Lea, Flood): lower bits of a product
    // alone leave most levels empty.
    uint64_t Hash = (Key + 1) * 0x9E3779B97F4A7C15u;
    Hash = (Hash ^ Hash >> 30) * 0xBF58476D1CE4E5B9u;
    Hash = (Hash ^ Hash >> 27) * 0x94D049BB133111EBu;
    Hash ^= Hash >> 31;
    unsigned Height = 1;
    for (; Height < MaxHeight && (Hash & 1); Hash >>= 1)
      ++Height;
    return Height;
  }

  BENCH_TX static Node *makeNode(uint64_t Key, unsigned Height) {
    void *Memory =
        ::operator new(sizeof(Node) - (MaxHeight - Height) * sizeof(Node *));
    Node *N = static_cast<Node *>(Memory);
    N->Key = Key;
    N->Height = Height;
    return N;
  }

  /// The last node with a smaller key on each level; returns the one after it.
  BENCH_TX Node *findBefore(uint64_t Key, Node **Before) {
    Node *N = &Head;
    for (unsigned Level = MaxHeight; Level-- > 0;) {
      while (Node *Next = N->Next[Level]) {
        if (Next->Key >= Key)
          break;
        N = Next;
      }
      Before[Level] = N;
    }
    return N->Next[0];
  }

public:
  BENCH_TX bool contains(uint64_t Key) const {
    const Node *N = &Head, *Next = nullptr;
    for (unsigned Level = MaxHeight; Level-- > 0;)
      while ((Next = N->Next[Level]) && Next->Key < Key)
        N = Next;
    return Next && Next->Key == Key;
  }

  BENCH_TX bool insert(uint64_t Key) {
    Node *Before[MaxHeight];
    Node *After = findBefore(Key, Before);
    if (After && After->Key == Key)
      return false;
    unsigned Height = heightOf(Key);
    Node *New = makeNode(Key, Height);
    for (unsigned Level = 0; Level < Height; ++Level) {
      New->Next[Level] = Before[Level]->Next[Level];
      Before[Level]->Next[Level] = New;
    }
    return true;
  }

  BENCH_TX bool erase(uint64_t Key) {
    Node *Before[MaxHeight];
    Node *N = findBefore(Key, Before);
    if (!N || N->Key != Key)
      return false;
    for (unsigned Level = 0; Level < N->Height; ++Level)
      Before[Level]->Next[Level] = N->Next[Level];
    ::operator delete(N);
    return true;
  }

  const char *check(uint64_t Elements) const {
    uint64_t OnLevel[MaxHeight] = {};
    for (unsigned Level = 0; Level < MaxHeight; ++Level)
      for (const Node *N = Head.Next[Level]; N; N = N->Next[Level]) {
        if (N->Height <= Level || N->Height != heightOf(N->Key))
          return "a node is on a level that it doesn't reach";
        if (N->Next[Level] && N->Next[Level]->Key <= N->Key)
          return "a level is not in order";
        for (unsigned Of = 0; Level == 0 && Of < N->Height; ++Of)
          ++OnLevel[Of];
        --OnLevel[Level];
      }
    for (uint64_t Missing : OnLevel)
      if (Missing)
        return "a node is not on all of its levels";
    uint64_t Count = 0;
    for (const Node *N = Head.Next[0]; N; N = N->Next[0])
      ++Count;
    return Count == Elements ? nullptr : "the list has lost or gained elements";
  }
};

#endif // STM_BENCH_APPS_SKIP_LIST_H
