//===- abi/rb_tree.cpp - std::map's tree, through barriers ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Red-black trees after Cormen, Leiserson, Rivest, Stein, "Introduction to
// Algorithms", chapter 13, with these differences:
//
// - A missing child is null and counts as black, so erasing carries along the
//   parent of the hole.
// - The root's parent is the header, a node outside the order: its parent
//   is the root (null: empty tree), its left the first node, its right the last
//   (itself where the tree is empty), its color red. Whether a node is the root
//   is seen from its parent; the header is read only where it changes or may
//   have to.
// - A field is stored to only where its value changes. A rebalancing step that
//   recolors the root and then colors it back would make every insertion
//   conflict with every search.
//
// Left and right are symmetric: a side is a member pointer.
//
//===----------------------------------------------------------------------===//

#include "abi/rb_tree.h"

#include "abi/rtl.h"

#include <bits/stl_tree.h>
#include <cstddef>
#include <cstdint>

namespace stm::rt {

using namespace abi;

namespace {

/// std::_Rb_tree_node_base, with the access that it must have here.
struct Node {
  uint32_t Color;
  Node *Parent;
  Node *Left;
  Node *Right;
};

using Theirs = std::_Rb_tree_node_base;
static_assert(sizeof(Node) == sizeof(Theirs) &&
              sizeof(std::_Rb_tree_color) == sizeof(uint32_t) &&
              offsetof(Node, Color) == offsetof(Theirs, _M_color) &&
              offsetof(Node, Parent) == offsetof(Theirs, _M_parent) &&
              offsetof(Node, Left) == offsetof(Theirs, _M_left) &&
              offsetof(Node, Right) == offsetof(Theirs, _M_right));

constexpr uint32_t Red = std::_S_red, Black = std::_S_black;

using Link = Node *Node::*;
constexpr Link Parent = &Node::Parent;
constexpr Link Left = &Node::Left;
constexpr Link Right = &Node::Right;

Link opposite(Link Side) { return Side == Left ? Right : Left; }

// --- Access -----------------------------------------------------------------

Node *get(const Node *N, Link Field) {
  return reinterpret_cast<Node *>(__stm_read_u64(&(N->*Field)));
}
void set(Node *N, Link Field, Node *To) {
  __stm_write_u64(&(N->*Field), reinterpret_cast<uint64_t>(To));
}
uint32_t color(const Node *N) { return __stm_read_u32(&N->Color); }
void setColor(Node *N, uint32_t To) { __stm_write_u32(&N->Color, To); }
bool isRed(const Node *N) { return N && color(N) == Red; }

/// The side of \p Up, not the header, on which \p N is a child.
Link sideOf(const Node *N, const Node *Up) {
  return get(Up, Left) == N ? Left : Right;
}

/// The last node in the direction of \p Side from \p N on.
Node *outermost(Node *N, Link Side) {
  while (Node *Child = get(N, Side))
    N = Child;
  return N;
}

// --- Changes ----------------------------------------------------------------

/// Makes \p New (null: nothing) what \p Old was to its parent \p Up, there
/// only.
void replaceChild(Node *Up, const Node *Old, Node *New, Node *Header) {
  set(Up, Up == Header ? Parent : sideOf(Old, Up), New);
}

/// Lowers \p N to \p Side; its other child takes its place.
void rotate(Node *N, Link Side, Node *Header) {
  Node *Child = get(N, opposite(Side));
  Node *Inner = get(Child, Side);
  Node *Up = get(N, Parent);
  set(N, opposite(Side), Inner);
  if (Inner)
    set(Inner, Parent, N);
  replaceChild(Up, N, Child, Header);
  set(Child, Parent, Up);
  set(Child, Side, N);
  set(N, Parent, Child);
}

/// \p N is red, and so may be its parent \p Up.
void fixAfterInsert(Node *N, Node *Up, Node *Header) {
  while (color(Up) == Red) {
    // A red node isn't the root, so this isn't the header.
    Node *Grandparent = get(Up, Parent);
    Link Side = sideOf(Up, Grandparent);
    Node *Uncle = get(Grandparent, opposite(Side));
    if (!isRed(Uncle)) {
      if (get(Up, opposite(Side)) == N) {
        rotate(Up, Side, Header);
        Up = N;
      }
      setColor(Up, Black);
      setColor(Grandparent, Red);
      rotate(Grandparent, opposite(Side), Header);
      return;
    }
    setColor(Up, Black);
    setColor(Uncle, Black);
    N = Grandparent;
    Up = get(N, Parent);
    if (Up == Header)
      return; // The root stays black.
    setColor(N, Red);
  }
}

/// On \p Side of \p Up hangs \p N, null or not, with one black too few on every
/// path through it.
void fixAfterErase(Node *N, Node *Up, Link Side, Node *Header) {
  for (;;) {
    if (isRed(N)) {
      setColor(N, Black);
      return;
    }
    if (Up == Header)
      return; // The root: all paths have become shorter.

    Node *Sibling = get(Up, opposite(Side));
    if (color(Sibling) == Red) {
      setColor(Sibling, Black);
      setColor(Up, Red);
      rotate(Up, Side, Header);
      Sibling = get(Up, opposite(Side));
    }
    Node *Near = get(Sibling, Side);
    Node *Far = get(Sibling, opposite(Side));
    if (isRed(Far)) {
      setColor(Far, Black);
    } else if (isRed(Near)) {
      // Near is to take Sibling's place. The textbook swaps their colors and
      // then makes Sibling black again.
      rotate(Sibling, opposite(Side), Header);
      Sibling = Near;
    } else {
      setColor(Sibling, Red);
      N = Up;
      Up = get(N, Parent);
      if (Up != Header)
        Side = sideOf(N, Up);
      continue;
    }
    uint32_t UpColor = color(Up);
    if (color(Sibling) != UpColor)
      setColor(Sibling, UpColor);
    if (UpColor != Black)
      setColor(Up, Black);
    rotate(Up, Side, Header);
    return;
  }
}

/// Unlinks \p N, which has at most the child \p Child.
void eraseOuter(Node *N, Node *Child, Node *Header) {
  Node *Up = get(N, Parent);
  Link Side = Parent;
  if (Up != Header)
    Side = sideOf(N, Up);
  set(Up, Side, Child);
  if (Child)
    set(Child, Parent, Up);
  // The first and the last node lack a child on their side.
  for (Link End : {Left, Right}) {
    if (!get(N, End) && get(Header, End) == N)
      set(Header, End, Child ? outermost(Child, End) : Up);
  }
  if (color(N) == Black)
    fixAfterErase(Child, Up, Side, Header);
}

/// Unlinks \p N, which has both children: the next node takes its place.
void eraseInner(Node *N, Node *LeftChild, Node *RightChild, Node *Header) {
  Node *Next = outermost(RightChild, Left);
  Node *Child = get(Next, Right);
  Node *HoleUp = Next;
  Link HoleSide = Right;
  if (Next != RightChild) {
    HoleUp = get(Next, Parent);
    HoleSide = Left;
    set(HoleUp, Left, Child);
    if (Child)
      set(Child, Parent, HoleUp);
    set(Next, Right, RightChild);
    set(RightChild, Parent, Next);
  }
  set(Next, Left, LeftChild);
  set(LeftChild, Parent, Next);
  Node *Up = get(N, Parent);
  replaceChild(Up, N, Next, Header);
  set(Next, Parent, Up);

  uint32_t Removed = color(Next), Kept = color(N);
  if (Removed != Kept)
    setColor(Next, Kept);
  if (Removed == Black)
    fixAfterErase(Child, HoleUp, HoleSide, Header);
}

} // namespace

void insertIntoTree(bool AsLeft, void *Inserted, void *Under, void *Head) {
  auto *N = static_cast<Node *>(Inserted);
  auto *Up = static_cast<Node *>(Under);
  auto *Header = static_cast<Node *>(Head);
  set(N, Parent, Up);
  set(N, Left, nullptr);
  set(N, Right, nullptr);
  if (Up == Header) {
    setColor(N, Black);
    for (Link Field : {Parent, Left, Right})
      set(Header, Field, N);
    return;
  }
  setColor(N, Red);
  Link Side = AsLeft ? Left : Right;
  set(Up, Side, N);
  if (get(Header, Side) == Up)
    set(Header, Side, N);
  fixAfterInsert(N, Up, Header);
}

void eraseFromTree(void *Erased, void *Head) {
  auto *N = static_cast<Node *>(Erased);
  auto *Header = static_cast<Node *>(Head);
  Node *LeftChild = get(N, Left), *RightChild = get(N, Right);
  if (LeftChild && RightChild)
    eraseInner(N, LeftChild, RightChild, Header);
  else
    eraseOuter(N, LeftChild ? LeftChild : RightChild, Header);
}

void *nextInTree(const void *Of) {
  auto *N = static_cast<const Node *>(Of);
  if (Node *Child = get(N, Right))
    return outermost(Child, Left);
  Node *Up = get(N, Parent);
  // The last node, if it is the root, is the header's right child too.
  if (get(Up, Right) == N && get(Up, Parent) == N)
    return Up;
  while (get(Up, Right) == N) {
    N = Up;
    Up = get(N, Parent);
  }
  return Up;
}

void *previousInTree(const void *Of) {
  auto *N = static_cast<const Node *>(Of);
  // Only the root and the header are each other's parents, and the root is
  // black.
  if (color(N) == Red && get(get(N, Parent), Parent) == N)
    return get(N, Right);
  if (Node *Child = get(N, Left))
    return outermost(Child, Right);
  Node *Up = get(N, Parent);
  while (get(Up, Left) == N) {
    N = Up;
    Up = get(N, Parent);
  }
  return Up;
}

} // namespace stm::rt
