//===- abi/rb_tree.h - std::map's tree, through barriers --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libstdc++ keeps the red-black trees of std::map and std::set behind functions
// in its shared library, so the pass never sees their bodies. These do the same
// to the same trees: a tree may be changed by plain code and by transactions in
// turn.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_RB_TREE_H
#define STM_RT_ABI_RB_TREE_H

namespace stm::rt {

/// std::_Rb_tree_insert_and_rebalance: links \p Node, whose fields hold nothing
/// yet, as the left or right child of \p Parent, which has none there. An empty
/// tree's first node has the header as its parent.
void insertIntoTree(bool AsLeft, void *Node, void *Parent, void *Header);

/// std::_Rb_tree_rebalance_for_erase: unlinks \p Node, whose own fields stay.
void eraseFromTree(void *Node, void *Header);

/// std::_Rb_tree_increment and _decrement: the neighbour in order, the header
/// beyond the last. The one before the header is the last.
void *nextInTree(const void *Node);
void *previousInTree(const void *Node);

} // namespace stm::rt

#endif // STM_RT_ABI_RB_TREE_H
