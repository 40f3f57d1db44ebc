//===- apps/common/b_plus_tree.h - a map as a B+ tree -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Full nodes are split on the way down, so that an insertion never goes back
// up. Erasing leaves nodes that are less than half full, as databases do.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_APPS_B_PLUS_TREE_H
#define STM_BENCH_APPS_B_PLUS_TREE_H

#include "../../micro/atomically.h"

class BPlusTree {
  static constexpr unsigned Most = 14; ///< Keys of a node.
  struct Node {
    bool IsLeaf;
    unsigned Count = 0;
    uint64_t Keys[Most];
    /// A leaf's values; else the children, of which the one at I has the keys
    /// from Keys[I - 1] on and below Keys[I].
    union {
      uint64_t Values[Most];
      Node *Children[Most + 1];
    };
    Node *After = nullptr; ///< The next leaf.
    BENCH_TX explicit Node(bool IsLeaf) : IsLeaf(IsLeaf) {}
  };
  Node *Root = new Node(true);

  /// The number of keys that aren't larger.
  BENCH_TX static unsigned upperBound(const Node *N, uint64_t Key) {
    unsigned I = 0, Count = N->Count;
    while (I < Count && N->Keys[I] <= Key)
      ++I;
    return I;
  }

  BENCH_TX Node *leafOf(uint64_t Key) const {
    Node *N = Root;
    while (!N->IsLeaf)
      N = N->Children[upperBound(N, Key)];
    return N;
  }

  /// Makes two of the full child at \p At of \p Parent, which isn't full.
  BENCH_TX static void split(Node *Parent, unsigned At) {
    Node *Left = Parent->Children[At];
    Node *Right = new Node(Left->IsLeaf);
    constexpr unsigned Half = Most / 2;
    uint64_t Middle = Left->Keys[Half];
    if (Left->IsLeaf) {
      for (unsigned I = Half; I < Most; ++I) {
        Right->Keys[I - Half] = Left->Keys[I];
        Right->Values[I - Half] = Left->Values[I];
      }
      Right->Count = Most - Half;
      Right->After = Left->After;
      Left->After = Right;
    } else {
      for (unsigned I = Half + 1; I < Most; ++I)
        Right->Keys[I - Half - 1] = Left->Keys[I];
      for (unsigned I = Half + 1; I <= Most; ++I)
        Right->Children[I - Half - 1] = Left->Children[I];
      Right->Count = Most - Half - 1;
    }
    Left->Count = Half;
    for (unsigned I = Parent->Count; I > At; --I) {
      Parent->Keys[I] = Parent->Keys[I - 1];
      Parent->Children[I + 1] = Parent->Children[I];
    }
    Parent->Keys[At] = Middle;
    Parent->Children[At + 1] = Right;
    ++Parent->Count;
  }

public:
  BENCH_TX uint64_t *find(uint64_t Key) const {
    Node *Leaf = leafOf(Key);
    unsigned I = upperBound(Leaf, Key);
    return I && Leaf->Keys[I - 1] == Key ? &Leaf->Values[I - 1] : nullptr;
  }

  BENCH_TX bool contains(uint64_t Key) const { return find(Key) != nullptr; }

  BENCH_TX bool insert(uint64_t Key, uint64_t Value = 0) {
    Node *N = Root;
    if (N->Count == Most) {
      Node *New = new Node(false);
      New->Children[0] = N;
      split(New, 0);
      Root = N = New;
    }
    while (!N->IsLeaf) {
      unsigned I = upperBound(N, Key);
      if (N->Children[I]->Count == Most) {
        split(N, I);
        I += N->Keys[I] <= Key;
      }
      N = N->Children[I];
    }
    unsigned At = upperBound(N, Key);
    if (At && N->Keys[At - 1] == Key)
      return false;
    for (unsigned I = N->Count; I > At; --I) {
      N->Keys[I] = N->Keys[I - 1];
      N->Values[I] = N->Values[I - 1];
    }
    N->Keys[At] = Key;
    N->Values[At] = Value;
    ++N->Count;
    return true;
  }

  BENCH_TX bool erase(uint64_t Key) {
    Node *Leaf = leafOf(Key);
    unsigned At = upperBound(Leaf, Key);
    if (!At || Leaf->Keys[At - 1] != Key)
      return false;
    for (unsigned I = At, Count = Leaf->Count; I < Count; ++I) {
      Leaf->Keys[I - 1] = Leaf->Keys[I];
      Leaf->Values[I - 1] = Leaf->Values[I];
    }
    --Leaf->Count;
    return true;
  }

  /// Calls F(key, value) for each element, in order; not in transactions.
  template <class F> void forEach(F Call) const {
    const Node *N = Root;
    while (!N->IsLeaf)
      N = N->Children[0];
    for (; N; N = N->After)
      for (unsigned I = 0; I < N->Count; ++I)
        Call(N->Keys[I], N->Values[I]);
  }

  const char *check(uint64_t Elements) const {
    uint64_t Count = 0, Last = 0;
    bool Sorted = true, Found = true;
    forEach([&](uint64_t Key, uint64_t) {
      Sorted &= !Count || Key > Last;
      Found &= contains(Key);
      Last = Key;
      ++Count;
    });
    if (!Sorted)
      return "the leaves are not in order";
    if (!Found)
      return "a key is not where the inner nodes say";
    return Count == Elements ? nullptr : "the tree has lost or gained elements";
  }
};

#endif // STM_BENCH_APPS_B_PLUS_TREE_H
