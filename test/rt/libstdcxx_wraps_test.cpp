//===- test/rt/libstdcxx_wraps_test.cpp -------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Trees and lists are changed by libstdc++'s own functions and by the versions
// in turn, as plain code and transactions do, and checked after each step. What
// computes is compared with the original.
//
//===----------------------------------------------------------------------===//

#include "barrier_mock.h"

#include <gtest/gtest.h>
#include <list>
#include <map>
#include <random>
#include <unordered_map>
#include <vector>

using namespace stm::rt::abi;
using namespace stm::test;

#define insertVersion                                                          \
  __stm_wrap__ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_
#define eraseVersion                                                           \
  __stm_wrap__ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_
#define incrementVersion                                                       \
  __stm_wrap__ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base
#define incrementConstVersion                                                  \
  __stm_wrap__ZSt18_Rb_tree_incrementPKSt18_Rb_tree_node_base
#define decrementVersion                                                       \
  __stm_wrap__ZSt18_Rb_tree_decrementPSt18_Rb_tree_node_base
#define decrementConstVersion                                                  \
  __stm_wrap__ZSt18_Rb_tree_decrementPKSt18_Rb_tree_node_base
#define hookVersion __stm_wrap__ZNSt8__detail15_List_node_base7_M_hookEPS0_
#define unhookVersion __stm_wrap__ZNSt8__detail15_List_node_base9_M_unhookEv
#define transferVersion                                                        \
  __stm_wrap__ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_
#define swapListsVersion __stm_wrap__ZNSt8__detail15_List_node_base4swapERS0_S1_
#define reverseVersion __stm_wrap__ZNSt8__detail15_List_node_base10_M_reverseEv
#define hashVersion __stm_wrap__ZSt11_Hash_bytesPKvmm
#define needRehashVersion                                                      \
  __stm_wrap__ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm
#define nextBucketsVersion                                                     \
  __stm_wrap__ZNKSt8__detail20_Prime_rehash_policy11_M_next_bktEm

namespace {

// --- Trees ------------------------------------------------------------------

using Base = std::_Rb_tree_node_base;
struct TreeNode : Base {
  int Key;
};

/// A tree in shared memory. Its owner reads it at its accessible address; the
/// functions get the shared one.
class Tree {
public:
  explicit Tree(size_t MaxNodes) {
    Header = reinterpret_cast<Base *>(memory().shared());
    auto *Nodes = reinterpret_cast<TreeNode *>(memory().shared() + 64);
    for (size_t I = 0; I < MaxNodes; ++I)
      Free.push_back(Nodes + I);
    Base *H = at(Header);
    H->_M_color = std::_S_red;
    H->_M_parent = nullptr;
    H->_M_left = H->_M_right = Header;
  }

  static Base *at(Base *N) { return memory().open(N); }
  static int key(Base *N) {
    return memory().open(static_cast<TreeNode *>(N))->Key;
  }

  /// False if the key is there.
  bool insert(int Key, bool ByVersion) {
    Base *Up = Header;
    bool AsLeft = true;
    for (Base *N = at(Header)->_M_parent; N;
         N = AsLeft ? at(N)->_M_left : at(N)->_M_right) {
      if (key(N) == Key)
        return false;
      Up = N;
      AsLeft = Key < key(N);
    }
    TreeNode *N = Free.back();
    Free.pop_back();
    memset(static_cast<void *>(memory().open(N)), 0xa5, sizeof(TreeNode));
    memory().open(N)->Key = Key;
    if (ByVersion)
      insertVersion(AsLeft, N, Up, Header);
    else
      std::_Rb_tree_insert_and_rebalance(AsLeft, N, Up, *Header);
    return true;
  }

  bool erase(int Key, bool ByVersion) {
    Base *N = at(Header)->_M_parent;
    while (N && key(N) != Key)
      N = Key < key(N) ? at(N)->_M_left : at(N)->_M_right;
    if (!N)
      return false;
    void *Unlinked = ByVersion ? eraseVersion(N, Header)
                               : std::_Rb_tree_rebalance_for_erase(N, *Header);
    EXPECT_EQ(Unlinked, N);
    Free.push_back(static_cast<TreeNode *>(N));
    return true;
  }

  /// Null, or which rule is broken.
  const char *fault(const std::map<int, bool> &Model) {
    Inorder.clear();
    Fault = nullptr;
    Base *Root = at(Header)->_M_parent;
    if (at(Header)->_M_color != std::_S_red)
      return "the header isn't red";
    if (Root && at(Root)->_M_color != std::_S_black)
      return "the root is red";
    blackHeight(Root, Header);
    if (Fault)
      return Fault;
    if (Inorder.size() != Model.size())
      return "nodes are lost";
    size_t I = 0;
    for (auto &Entry : Model)
      if (key(Inorder[I++]) != Entry.first)
        return "the order is wrong";
    if (at(Header)->_M_left != (Root ? Inorder.front() : Header))
      return "the header's first node is wrong";
    if (at(Header)->_M_right != (Root ? Inorder.back() : Header))
      return "the header's last node is wrong";
    return nullptr;
  }

  Base *Header;
  std::vector<Base *> Inorder; ///< As of the last call of fault().

private:
  int blackHeight(Base *N, Base *Up) {
    if (!N || Fault)
      return 0;
    Base *Node = at(N);
    if (Node->_M_parent != Up)
      Fault = "a parent is wrong";
    else if (Node->_M_color == std::_S_red && Up != Header &&
             at(Up)->_M_color == std::_S_red)
      Fault = "a red node has a red child";
    int Left = blackHeight(Node->_M_left, N);
    Inorder.push_back(N);
    int Right = blackHeight(Node->_M_right, N);
    if (!Fault && Left != Right)
      Fault = "paths have different numbers of black nodes";
    return Left + (Node->_M_color == std::_S_black);
  }

  std::vector<TreeNode *> Free;
  const char *Fault = nullptr;
};

/// Steps inside and beyond the ends as libstdc++ does.
void expectSteps(Tree &T) {
  std::vector<Base *> Cycle = T.Inorder;
  if (Cycle.empty())
    return;
  Cycle.push_back(T.Header);
  for (size_t I = 0; I + 1 < Cycle.size(); ++I) {
    EXPECT_EQ(incrementVersion(Cycle[I]), Cycle[I + 1]);
    EXPECT_EQ(incrementConstVersion(Cycle[I]), Cycle[I + 1]);
    EXPECT_EQ(decrementVersion(Cycle[I + 1]), Cycle[I]);
    EXPECT_EQ(decrementConstVersion(Cycle[I + 1]), Cycle[I]);
  }
}

enum class By { Version, InTurn };

/// Random insertions and erasures that let the tree grow and shrink again, over
/// \p Keys keys.
void churn(unsigned Seed, int Keys, int Steps, By Who, int CheckEvery) {
  memory().allowPlainAccess(Who == By::InTurn);
  std::mt19937 Random(Seed);
  std::map<int, bool> Model;
  Tree T(static_cast<size_t>(Keys));
  for (int Step = 0; Step < Steps; ++Step) {
    bool ByVersion = Who == By::Version || Random() % 2;
    bool Growing = Step / (2 * Keys) % 2 == 0;
    int Key = static_cast<int>(Random() % static_cast<unsigned>(Keys));
    if (Random() % 8 < (Growing ? 6u : 2u))
      ASSERT_EQ(T.insert(Key, ByVersion), Model.emplace(Key, true).second);
    else
      ASSERT_EQ(T.erase(Key, ByVersion), Model.erase(Key) == 1);
    if (Step % CheckEvery == 0) {
      const char *Fault = T.fault(Model);
      ASSERT_EQ(Fault, nullptr) << Fault << ", step " << Step;
      if (Step % (16 * CheckEvery) == 0)
        expectSteps(T);
    }
  }
  memory().allowPlainAccess(false);
}

TEST(TreeVersions, KeepTheRedBlackRulesThroughBarriersOnly) {
  churn(1, 30, 200000, By::Version, 1);
  churn(2, 600, 1000000, By::Version, 500);
}

TEST(TreeVersions, TakeTurnsWithLibstdcxxOnOneTree) {
  churn(3, 12, 200000, By::InTurn, 1);
  churn(4, 100, 200000, By::InTurn, 1);
  churn(5, 1000, 2000000, By::InTurn, 1000);
}

/// All trees of up to seven nodes: each order of insertion, then each order of
/// erasure would be many; each single erasure, and then all others in order.
TEST(TreeVersions, EraseAnyNodeOfAnySmallTree) {
  std::vector<int> Order;
  for (int Size = 1; Size <= 7; ++Size) {
    Order.push_back(Size - 1);
    std::vector<int> Keys = Order;
    do {
      for (int First = 0; First < Size; ++First) {
        Tree T(7);
        std::map<int, bool> Model;
        for (int Key : Keys) {
          T.insert(Key, true);
          Model.emplace(Key, true);
        }
        for (int I = 0; I < Size; ++I) {
          int Key = (First + I) % Size;
          ASSERT_TRUE(T.erase(Key, true));
          Model.erase(Key);
          ASSERT_EQ(T.fault(Model), nullptr);
        }
      }
    } while (std::next_permutation(Keys.begin(), Keys.end()));
  }
}

/// What is stored without need is a conflict without need.
TEST(TreeVersions, EveryStoreToALinkedNodeChangesIt) {
  std::mt19937 Random(6);
  Tree T(500);
  for (int Step = 0; Step < 100000; ++Step) {
    int Key = static_cast<int>(Random() % 500);
    memory().forgetAccesses();
    if (Random() % 2)
      T.insert(Key, true);
    else
      T.erase(Key, true);
    ASSERT_EQ(memory().RedundantWrites, 0u);
  }
}

// --- Lists ------------------------------------------------------------------

using ListBase = std::__detail::_List_node_base;

/// Two lists in shared memory beside two std::list of the same node numbers.
TEST(ListVersions, TakeTurnsWithLibstdcxxOnOneList) {
  constexpr int Nodes = 24;
  auto *First = reinterpret_cast<ListBase *>(memory().shared());
  ListBase *Heads[2] = {First, First + 1};
  auto NodeAt = [&](int I) { return First + 2 + I; };
  for (ListBase *Head : Heads)
    *memory().open(Head) = {Head, Head};
  std::list<int> Models[2];
  std::vector<int> Free;
  for (int I = 0; I < Nodes; ++I)
    Free.push_back(I);

  std::mt19937 Random(7);
  for (int Step = 0; Step < 300000; ++Step) {
    memory().allowPlainAccess(Step / 1000 % 2);
    bool ByVersion = Step / 1000 % 2 == 0 || Random() % 2;
    unsigned To = Random() % 2;
    auto Position = Models[To].begin();
    std::advance(Position, Random() % (Models[To].size() + 1));
    ListBase *At = Position == Models[To].end() ? Heads[To] : NodeAt(*Position);

    switch (Random() % 3) {
    case 0: // Link a node.
      if (Free.empty())
        break;
      if (ByVersion)
        hookVersion(NodeAt(Free.back()), At);
      else
        NodeAt(Free.back())->_M_hook(At);
      Models[To].insert(Position, Free.back());
      Free.pop_back();
      break;
    case 1: // Unlink it.
      if (Position == Models[To].end() || Random() % 2)
        break;
      if (ByVersion)
        unhookVersion(At);
      else
        At->_M_unhook();
      Free.push_back(*Position);
      Models[To].erase(Position);
      break;
    case 2: { // Move some from the other list, or from behind Position.
      unsigned From = Random() % 2;
      std::list<int> &Source = Models[From];
      auto Begin = From == To ? Position : Source.begin();
      auto Room = static_cast<unsigned>(std::distance(Begin, Source.end()));
      if (Room < 2)
        break;
      std::advance(Begin, 1 + Random() % (Room - 1));
      auto End =
          std::next(Begin, 1 + Random() % static_cast<unsigned>(std::distance(
                                              Begin, Source.end())));
      ListBase *Last = End == Source.end() ? Heads[From] : NodeAt(*End);
      if (ByVersion)
        transferVersion(At, NodeAt(*Begin), Last);
      else
        At->_M_transfer(NodeAt(*Begin), Last);
      Models[To].splice(Position, Source, Begin, End);
      break;
    }
    case 3: // Exchange the lists, or reverse one.
      if (Random() % 2) {
        if (ByVersion)
          swapListsVersion(Heads[0], Heads[1]);
        else
          ListBase::swap(*Heads[0], *Heads[1]);
        Models[0].swap(Models[1]);
      } else {
        if (ByVersion)
          reverseVersion(Heads[To]);
        else
          Heads[To]->_M_reverse();
        Models[To].reverse();
      }
      break;
    }

    for (int L = 0; L < 2; ++L) {
      ListBase *N = Heads[L];
      for (int I : Models[L]) {
        ASSERT_EQ(memory().open(N)->_M_next, NodeAt(I)) << "step " << Step;
        ASSERT_EQ(memory().open(NodeAt(I))->_M_prev, N) << "step " << Step;
        N = NodeAt(I);
      }
      ASSERT_EQ(memory().open(N)->_M_next, Heads[L]);
      ASSERT_EQ(memory().open(Heads[L])->_M_prev, N);
    }
  }
  memory().allowPlainAccess(false);
}

TEST(ListVersions, MovingARangeBeforeItsOwnEndChangesNothing) {
  auto *N = reinterpret_cast<ListBase *>(memory().shared());
  *memory().open(N) = {N + 1, N + 1};
  *memory().open(N + 1) = {N, N};
  memory().forgetAccesses();
  transferVersion(N, N + 1, N);
  EXPECT_EQ(memory().Writes, 0u);
}

// --- Hashes -----------------------------------------------------------------

TEST(HashVersion, EqualsTheOriginalForEveryLength) {
  std::mt19937_64 Random(8);
  std::vector<char> Key(2200);
  TimesInevitable = 0;
  for (size_t Bytes = 0; Bytes <= Key.size(); ++Bytes) {
    for (char &Byte : Key)
      Byte = static_cast<char>(Random());
    // Up to the last byte of shared memory, at every alignment.
    char *At = memory().shared() + SharedMemory::Bytes - Bytes;
    memcpy(memory().open(At), Key.data(), Bytes);
    size_t Seed = Bytes % 3 ? Random() : 0xc70f6907;
    ASSERT_EQ(hashVersion(At, Bytes, Seed),
              std::_Hash_bytes(Key.data(), Bytes, Seed))
        << Bytes;
  }
  EXPECT_EQ(TimesInevitable, 0u);
}

// --- Rehash policies --------------------------------------------------------

using Policy = std::__detail::_Prime_rehash_policy;

TEST(RehashPolicyVersions, AnswerAndRememberAsTheOriginal) {
  auto *Shared = reinterpret_cast<Policy *>(memory().shared());
  std::mt19937_64 Random(9);
  size_t Grown = 0, Kept = 0, Stored = 0;
  for (int Round = 0; Round < 300000; ++Round) {
    float LoadFactors[] = {1.0f, 0.5f, 0.77f, 3.0f};
    Policy Plain(LoadFactors[Random() % 4]);
    Plain._M_next_resize = Random() % 2 ? 0 : Random() % 5000;
    *memory().open(Shared) = Plain;
    memory().forgetAccesses();

    size_t Buckets = 1 + Random() % 5000;
    if (Random() % 2) {
      size_t Elements = Random() % 6000, Inserted = Random() % 100;
      auto Expected = Plain._M_need_rehash(Buckets, Elements, Inserted);
      auto Need = needRehashVersion(Shared, Buckets, Elements, Inserted);
      ASSERT_EQ(Need.Needed, Expected.first);
      ASSERT_EQ(Need.Buckets, Expected.second);
      ++(Need.Needed ? Grown : Kept);
    } else {
      if (Random() % 100 == 0)
        Buckets = Random() >> Random() % 64; // Beyond the largest prime too.
      ASSERT_EQ(nextBucketsVersion(Shared, Buckets),
                Plain._M_next_bkt(Buckets));
    }
    ASSERT_EQ(memory().open(Shared)->_M_next_resize, Plain._M_next_resize);
    ASSERT_EQ(memory().open(Shared)->_M_max_load_factor,
              Plain._M_max_load_factor);
    ASSERT_EQ(memory().RedundantWrites, 0u);
    Stored += memory().Writes;
  }
  EXPECT_TRUE(Grown && Kept && Stored);
}

} // namespace
