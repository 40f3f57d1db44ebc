//===- micro/red_black_tree.h - a map of integers as a tree -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Red-black tree with parent links (Cormen et al., Introduction to Algorithms).
// Leaves are null and not a shared sentinel: erasing writes to the sentinel's
// parent, and every two erasing transactions would conflict on it. For the same
// reason there is no element count.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_MICRO_RED_BLACK_TREE_H
#define STM_BENCH_MICRO_RED_BLACK_TREE_H

#include "atomically.h"
#include "nothing.h"

template <class Value> class RedBlackMap {
  // A base, so that Nothing takes no room.
  struct Node : Value {
    uint64_t Key;
    Node *Parent;
    Node *Child[2]; ///< Smaller keys, larger keys.
    bool Red;
#ifdef BENCH_NEW_NODE
    static void *operator new(size_t Bytes) { return BENCH_NEW_NODE(Bytes); }
    static void operator delete(void *N) { BENCH_DELETE_NODE(N); }
#endif
  };
  Node *Root = nullptr;

  BENCH_TX static bool isRed(const Node *N) { return N && N->Red; }

  BENCH_TX void replaceInParent(Node *Old, Node *New) {
    Node *Parent = Old->Parent;
    if (!Parent)
      Root = New;
    else
      Parent->Child[Parent->Child[1] == Old] = New;
    if (New)
      New->Parent = Parent;
  }

  /// Moves N down to the side \p Side; its other child takes its place.
  BENCH_TX void rotate(Node *N, int Side) {
    Node *Up = N->Child[!Side];
    Node *Middle = Up->Child[Side];
    N->Child[!Side] = Middle;
    if (Middle)
      Middle->Parent = N;
    replaceInParent(N, Up);
    Up->Child[Side] = N;
    N->Parent = Up;
  }

  BENCH_TX void rebalanceAfterInsert(Node *N) {
    Node *Parent;
    while ((Parent = N->Parent) && Parent->Red) {
      Node *Grand = Parent->Parent; // A red node is not the root.
      int Side = Grand->Child[1] == Parent;
      Node *Uncle = Grand->Child[!Side];
      if (isRed(Uncle)) {
        Parent->Red = Uncle->Red = false;
        Grand->Red = true;
        N = Grand;
        continue;
      }
      if (Parent->Child[!Side] == N) {
        rotate(Parent, Side);
        Parent = N;
      }
      Parent->Red = false;
      Grand->Red = true;
      rotate(Grand, !Side);
      break;
    }
    if (Root->Red)
      Root->Red = false;
  }

  /// N (perhaps null), a child of Parent, lacks one black node on its paths.
  BENCH_TX void rebalanceAfterErase(Node *N, Node *Parent) {
    while (Parent && !isRed(N)) {
      int Side = Parent->Child[1] == N;
      Node *Sibling = Parent->Child[!Side];
      if (Sibling->Red) {
        Sibling->Red = false;
        Parent->Red = true;
        rotate(Parent, Side);
        Sibling = Parent->Child[!Side];
      }
      if (!isRed(Sibling->Child[0]) && !isRed(Sibling->Child[1])) {
        Sibling->Red = true;
        N = Parent;
        Parent = N->Parent;
        continue;
      }
      if (!isRed(Sibling->Child[!Side])) {
        Sibling->Child[Side]->Red = false;
        Sibling->Red = true;
        rotate(Sibling, !Side);
        Sibling = Parent->Child[!Side];
      }
      Sibling->Red = Parent->Red;
      Parent->Red = false;
      Sibling->Child[!Side]->Red = false;
      rotate(Parent, Side);
      return;
    }
    if (isRed(N))
      N->Red = false;
  }

  /// The number of black nodes on each path below N, or -1 if N's subtree
  /// breaks a rule. Counts its nodes.
  static int blackHeight(const Node *N, const Node *Parent, uint64_t &Count) {
    if (!N)
      return 0;
    ++Count;
    for (int Side = 0; Side < 2; ++Side) {
      const Node *C = N->Child[Side];
      if (C && ((C->Key > N->Key) != (Side == 1) || (N->Red && C->Red)))
        return -1;
    }
    int Left = blackHeight(N->Child[0], N, Count);
    int Right = blackHeight(N->Child[1], N, Count);
    if (N->Parent != Parent || Left < 0 || Left != Right)
      return -1;
    return Left + !N->Red;
  }

  /// In order: neighbours in a tree can be right where the whole is not.
  static bool isSorted(const Node *N, const Node *&Last) {
    if (!N)
      return true;
    if (!isSorted(N->Child[0], Last) || (Last && Last->Key >= N->Key))
      return false;
    Last = N;
    return isSorted(N->Child[1], Last);
  }

public:
  BENCH_TX Value *find(uint64_t Key) const {
    Node *N = Root;
    while (N && N->Key != Key)
      N = N->Child[N->Key < Key];
    return N;
  }

  BENCH_TX bool contains(uint64_t Key) const { return find(Key) != nullptr; }

  BENCH_TX bool insert(uint64_t Key, Value With = {}) {
    Node *Parent = nullptr;
    int Side = 0;
    for (Node *N = Root; N; N = N->Child[Side]) {
      if (N->Key == Key)
        return false;
      Parent = N;
      Side = N->Key < Key;
    }
    Node *New = new Node{With, Key, Parent, {nullptr, nullptr}, true};
    if (Parent)
      Parent->Child[Side] = New;
    else
      Root = New;
    rebalanceAfterInsert(New);
    return true;
  }

  BENCH_TX bool erase(uint64_t Key) {
    Node *N = Root;
    while (N && N->Key != Key)
      N = N->Child[N->Key < Key];
    if (!N)
      return false;
    if (N->Child[0] && N->Child[1]) {
      // The next larger key moves here; its node goes instead.
      Node *Next = N->Child[1];
      while (Node *Smaller = Next->Child[0])
        Next = Smaller;
      N->Key = Next->Key;
      static_cast<Value &>(*N) = *Next;
      N = Next;
    }
    Node *Child = N->Child[N->Child[0] == nullptr];
    Node *Parent = N->Parent;
    bool WasBlack = !N->Red;
    replaceInParent(N, Child);
    if (WasBlack)
      rebalanceAfterErase(Child, Parent);
    delete N;
    return true;
  }

  /// Goes over all elements in order and returns their number; if one was out
  /// of order, the complement of how many there were before it.
  BENCH_TX uint64_t walk() const {
    const Node *N = Root;
    while (N && N->Child[0])
      N = N->Child[0];
    uint64_t Count = 0, Last = 0;
    while (N) {
      uint64_t Key = N->Key;
      if (Count && Key <= Last)
        return ~Count;
      ++Count;
      Last = Key;
      if (const Node *Next = N->Child[1]) {
        while (const Node *Smaller = Next->Child[0])
          Next = Smaller;
        N = Next;
      } else {
        const Node *Below;
        do {
          Below = N;
          N = N->Parent;
        } while (N && N->Child[1] == Below);
      }
    }
    return Count;
  }

  /// Calls F(key, value) for each element, in order; not in transactions.
  template <class F> void forEach(F Call) const { forEachBelow(Root, Call); }

  const char *check(uint64_t Elements) const {
    uint64_t Count = 0;
    const Node *Last = nullptr;
    if (isRed(Root) || blackHeight(Root, nullptr, Count) < 0)
      return "the tree is not a red-black tree";
    if (!isSorted(Root, Last))
      return "the tree is not in order";
    return Count == Elements ? nullptr : "the tree has lost or gained elements";
  }

private:
  template <class F> static void forEachBelow(Node *N, F &Call) {
    if (!N)
      return;
    forEachBelow(N->Child[0], Call);
    Call(N->Key, static_cast<Value &>(*N));
    forEachBelow(N->Child[1], Call);
  }
};

using RedBlackTree = RedBlackMap<Nothing>;

#endif // STM_BENCH_MICRO_RED_BLACK_TREE_H
