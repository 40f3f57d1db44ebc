//===- apps/containers.cpp - sets of integers, and a queue ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lookups and updates by all threads of one container. Half of the updates
// insert and half erase, so the size stays. The list is short: each operation
// goes over half of it.
//
//===----------------------------------------------------------------------===//

#include "../micro/hash_set.h"
#include "../micro/red_black_tree.h"
#include "common/app.h"
#include "common/array.h"
#include "common/b_plus_tree.h"
#include "common/queue.h"
#include "common/skip_list.h"
#include "common/sorted_list.h"

namespace {

template <class Set, uint64_t KeyRange, uint64_t Operations,
          unsigned UpdatePercent>
class SetApp : public App {
  Input In;
  uint64_t Total;
  Set *S = new Set();
  struct Counts {
    int64_t Gained;
    uint64_t Found;
  };
  Array<Own<Counts>> Mine;

public:
  explicit SetApp(const Input &In)
      : In(In), Total(In.scaled(Operations)), Mine(In.Threads) {
    // In a scattered order: a tree filled in ascending order is a special one.
    uint64_t Half = KeyRange / 2;
    for (uint64_t I = 0, Key = 0; I < Half; ++I, Key = (Key + 40503) % Half)
      S->insert(2 * Key);
  }
  ~SetApp() override { delete S; }

  void work(unsigned Thread) override {
    Set *Shared = S;
    Share Part(Total, Thread, In.Threads);
    Random R(In.Seed + Thread);
    Counts C = {0, 0};
    for (uint64_t I = Part.Begin; I < Part.End; ++I) {
      uint64_t Key = R.below(KeyRange);
      uint64_t Dice = R.below(200);
      if (Dice >= 2 * UpdatePercent)
        C.Found += atomically([=] { return Shared->contains(Key); });
      else if (Dice % 2)
        C.Gained += atomically([=] { return Shared->insert(Key); });
      else
        C.Gained -= atomically([=] { return Shared->erase(Key); });
    }
    static_cast<Counts &>(Mine[Thread]) = C;
  }

  const char *check() override {
    uint64_t Elements = KeyRange / 2;
    for (const Counts &C : Mine)
      Elements += static_cast<uint64_t>(C.Gained);
    return S->check(Elements);
  }
  uint64_t operations() const override { return Total; }
};

template <uint64_t Operations> class QueueApp : public App {
  static constexpr uint64_t Filled = 1000;
  Input In;
  uint64_t Total;
  Queue<uint64_t> Q;
  Array<Own<Counter>> Sums;

public:
  explicit QueueApp(const Input &In)
      : In(In), Total(In.scaled(Operations)), Sums(In.Threads) {
    for (uint64_t I = 0; I < Filled; ++I)
      Q.push(1);
  }

  // Takes one and adds one, by turns.
  void work(unsigned Thread) override {
    Queue<uint64_t> *Shared = &Q;
    Share Part(Total, Thread, In.Threads);
    uint64_t Taken = 0;
    for (uint64_t I = Part.Begin; I < Part.End; ++I) {
      Taken += atomically([=] {
        uint64_t Item = 0;
        return Shared->pop(Item) ? Item : 0;
      });
      atomically([=] { Shared->push(1); });
    }
    Sums[Thread].Value = Taken;
  }

  const char *check() override {
    uint64_t Taken = 0, Left = 0, Item;
    for (const Counter &C : Sums)
      Taken += C.Value;
    while (Q.pop(Item))
      Left += Item;
    return Taken + Left == Filled + Total
               ? nullptr
               : "the queue has lost or gained items";
  }
  uint64_t operations() const override { return 2 * Total; }
};

#define SET(NAME, WHAT, TYPE, KEYS, OPERATIONS)                                \
  const AppKind NAME##0("containers/" #NAME "/0", WHAT ", lookups",            \
                        makeApp<SetApp<TYPE, KEYS, OPERATIONS, 0>>);           \
  const AppKind NAME##20("containers/" #NAME "/20", WHAT ", 20 % updates",     \
                         makeApp<SetApp<TYPE, KEYS, OPERATIONS, 20>>);         \
  const AppKind NAME##100("containers/" #NAME "/100", WHAT ", updates",        \
                          makeApp<SetApp<TYPE, KEYS, OPERATIONS, 100>>);

SET(tree, "red-black tree of 64 k", RedBlackTree, 1 << 17, 600'000)
SET(hash, "hash table of 64 k", HashSet, 1 << 17, 3'000'000)
SET(list, "sorted list of 256", SortedList, 1 << 9, 500'000)
SET(skip, "skip list of 64 k", SkipList, 1 << 17, 300'000)
SET(bplus, "B+ tree of 64 k", BPlusTree, 1 << 17, 800'000)

const AppKind QueueKind("containers/queue", "linked queue of 1000",
                        makeApp<QueueApp<3'000'000>>);

} // namespace
