//===- micro/hash_set.h - a map of integers as a hash table -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fixed number of buckets, each a list of nodes; no element count, which
// every two updates would conflict on.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_MICRO_HASH_SET_H
#define STM_BENCH_MICRO_HASH_SET_H

#include "atomically.h"
#include "nothing.h"

template <class Value, unsigned LogBuckets> class HashMap {
  // A base, so that Nothing takes no room.
  struct Node : Value {
    uint64_t Key;
    Node *Next;
  };
  Node *Buckets[1u << LogBuckets] = {};

  BENCH_TX static uint64_t bucketOf(uint64_t Key) {
    return (Key * 0x9E3779B97F4A7C15u) >> (64 - LogBuckets);
  }

public:
  BENCH_TX Value *find(uint64_t Key) const {
    Node *N = Buckets[bucketOf(Key)];
    while (N && N->Key != Key)
      N = N->Next;
    return N;
  }

  BENCH_TX bool contains(uint64_t Key) const { return find(Key) != nullptr; }

  BENCH_TX bool insert(uint64_t Key, Value With = {}) {
    Node *&First = Buckets[bucketOf(Key)];
    Node *Old = First;
    for (Node *N = Old; N; N = N->Next)
      if (N->Key == Key)
        return false;
    First = new Node{With, Key, Old};
    return true;
  }

  BENCH_TX bool erase(uint64_t Key) {
    Node **Link = &Buckets[bucketOf(Key)];
    Node *N;
    for (; (N = *Link); Link = &N->Next)
      if (N->Key == Key) {
        *Link = N->Next;
        delete N;
        return true;
      }
    return false;
  }

  /// Calls F(key, value) for each element; not in transactions.
  template <class F> void forEach(F Call) const {
    for (Node *First : Buckets)
      for (Node *N = First; N; N = N->Next)
        Call(N->Key, static_cast<Value &>(*N));
  }

  const char *check(uint64_t Elements) const {
    uint64_t Count = 0;
    for (uint64_t Bucket = 0; Bucket < 1u << LogBuckets; ++Bucket)
      for (const Node *N = Buckets[Bucket]; N; N = N->Next, ++Count) {
        if (bucketOf(N->Key) != Bucket)
          return "a key is in the wrong bucket";
        if (Count > Elements)
          return "a bucket's list is a ring, or the set has gained elements";
        for (const Node *M = N->Next; M; M = M->Next)
          if (M->Key == N->Key)
            return "a key is there twice";
      }
    return Count == Elements ? nullptr : "the set has lost elements";
  }
};

using HashSet = HashMap<Nothing, 16>;

#endif // STM_BENCH_MICRO_HASH_SET_H
