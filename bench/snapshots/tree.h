//===- snapshots/tree.h - a tree that is walked while it changes *- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One thread walks in order over all elements, from one to the next by the
// links, as over a std::set; another replaces elements, one a transaction: it
// inserts a key and erases another, both with rebalancing. So the number of
// elements stays what it is; it and the order are checked in every walk.
// (Unprotected the walk goes astray now and then, and begins again: as many
// elements as there are count as one.)
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_SNAPSHOTS_TREE_H
#define STM_BENCH_SNAPSHOTS_TREE_H

#include "blocks.h"
#include "race.h"

#include <algorithm>

#ifdef BENCH_PLAIN
/// What has been erased stays a node, for whoever is there just then.
inline std::vector<void *> ErasedNodes;
inline void *nodeFromPool(size_t Bytes) {
  if (ErasedNodes.empty())
    return ::operator new(Bytes);
  void *Node = ErasedNodes.back();
  ErasedNodes.pop_back();
  return Node;
}
inline void nodeToPool(void *Node) { ErasedNodes.push_back(Node); }
#define BENCH_NEW_NODE nodeFromPool
#define BENCH_DELETE_NODE nodeToPool
#endif
#include "../micro/red_black_tree.h"

BENCH_TX BENCH_NOINLINE static bool replaceKey(RedBlackTree *Tree, uint64_t Old,
                                               uint64_t New) {
  return Tree->insert(New) && Tree->erase(Old);
}

inline void runTree(size_t Elements, double Seconds) {
  RedBlackTree Tree;
  Random R(7);
  std::vector<uint64_t> Keys;
  for (size_t I = 0; I < Elements; ++I) {
    Keys.push_back(R.next());
    if (!Tree.insert(Keys.back()))
      fail("a key is drawn twice");
  }
  RedBlackTree *T = &Tree;
  uint64_t Walked = 0;
  raceTwo(
      [&](Done &D) {
        uint64_t Found = consistently([=] { return T->walk(); });
        if (SideAllowsThreads && Found != Elements)
          fail("a walk was out of order, or missed elements");
        for (Walked += std::min(Found, ~Found); Walked >= Elements; D.add())
          Walked -= Elements;
      },
      [&](Done &D) {
        for (unsigned I = 0; I < 16; ++I, D.add()) {
          uint64_t &Key = Keys[R.below(Elements)], Old = Key, New = R.next();
          if (!atomically([=] { return replaceKey(T, Old, New); }))
            fail("a key was not in the tree");
          Key = New;
        }
      },
      Seconds);
  if (const char *Wrong = Tree.check(Elements))
    fail(Wrong);
  printCounts();
}

#endif // STM_BENCH_SNAPSHOTS_TREE_H
