//===- abi/libstdcxx_wraps.cpp - containers out of line ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Transactional versions of the parts of the standard containers whose bodies
// are in libstdc++.so. What links nodes is written anew (trees: rb_tree.cpp).
// What computes is the original, run on a private copy: a plain call and a
// transactional one must give the same hash and the same number of buckets,
// whichever libstdc++ the program has been started with.
//
// As in libc_wraps.cpp, any barrier may abandon the frame.
//
//===----------------------------------------------------------------------===//

#include "abi/rb_tree.h"
#include "abi/rtl.h"
#include "base/port.h"

#include <algorithm>
#include <bits/hash_bytes.h>
#include <cstring>
#include <list>
#include <unordered_map>

namespace stm::rt::abi {

namespace {

// --- std::list --------------------------------------------------------------

/// std::__detail::_List_node_base.
struct ListNode {
  ListNode *Next;
  ListNode *Previous;
};

using TheirListNode = std::__detail::_List_node_base;
static_assert(sizeof(ListNode) == sizeof(TheirListNode) &&
              offsetof(ListNode, Next) == offsetof(TheirListNode, _M_next) &&
              offsetof(ListNode, Previous) == offsetof(TheirListNode, _M_prev));

ListNode *next(ListNode *N) {
  return reinterpret_cast<ListNode *>(__stm_read_u64(&N->Next));
}
ListNode *previous(ListNode *N) {
  return reinterpret_cast<ListNode *>(__stm_read_u64(&N->Previous));
}
/// Makes \p B follow \p A.
void join(ListNode *A, ListNode *B) {
  __stm_write_u64(&A->Next, reinterpret_cast<uint64_t>(B));
  __stm_write_u64(&B->Previous, reinterpret_cast<uint64_t>(A));
}

void hook(ListNode *N, ListNode *Position) {
  ListNode *Before = previous(Position);
  join(Before, N);
  join(N, Position);
}

void unhook(ListNode *N) {
  ListNode *Before = previous(N), *After = next(N);
  join(Before, After);
}

void transfer(ListNode *Position, ListNode *First, ListNode *Last) {
  if (Position == Last)
    return;
  ListNode *Before = previous(Position);
  ListNode *BeforeFirst = previous(First);
  ListNode *Tail = previous(Last);
  join(BeforeFirst, Last);
  join(Before, First);
  join(Tail, Position);
}

/// Puts \p Header before \p First and behind \p Last, or by itself.
void closeAround(ListNode *Header, ListNode *First, ListNode *Last,
                 bool IsEmpty) {
  join(Header, IsEmpty ? Header : First);
  join(IsEmpty ? Header : Last, Header);
}

void swapLists(ListNode *A, ListNode *B) {
  ListNode *FirstOfA = next(A), *LastOfA = previous(A);
  ListNode *FirstOfB = next(B), *LastOfB = previous(B);
  closeAround(A, FirstOfB, LastOfB, /*IsEmpty=*/FirstOfB == B);
  closeAround(B, FirstOfA, LastOfA, /*IsEmpty=*/FirstOfA == A);
}

void reverse(ListNode *Header) {
  ListNode *N = Header;
  do {
    ListNode *After = next(N), *Before = previous(N);
    __stm_write_u64(&N->Next, reinterpret_cast<uint64_t>(Before));
    __stm_write_u64(&N->Previous, reinterpret_cast<uint64_t>(After));
    N = After;
  } while (N != Header);
}

// --- std::hash --------------------------------------------------------------

/// Longer keys are hashed piece by piece, see hashLong.
constexpr size_t MaxCopiedKey = 512;

/// MurmurHash64A (Austin Appleby, public domain), which std::_Hash_bytes is
/// where size_t has 64 bits, over a key that arrives in pieces.
class PiecewiseHash {
public:
  PiecewiseHash(size_t Seed, size_t KeyBytes)
      : Hash(Seed ^ (KeyBytes * Multiplier)) {}

  /// All pieces but the last are a multiple of 8 bytes long.
  void add(const char *Piece, size_t Bytes) {
    for (; Bytes >= 8; Piece += 8, Bytes -= 8) {
      uint64_t Word;
      memcpy(&Word, Piece, 8);
      Word = mix(Word * Multiplier) * Multiplier;
      Hash = (Hash ^ Word) * Multiplier;
    }
    if (Bytes) {
      uint64_t Rest = 0;
      memcpy(&Rest, Piece, Bytes);
      Hash = (Hash ^ Rest) * Multiplier;
    }
  }
  size_t result() const { return mix(mix(Hash) * Multiplier); }

private:
  static constexpr uint64_t Multiplier = 0xc6a4a7935bd1e995;
  static uint64_t mix(uint64_t Value) { return Value ^ (Value >> 47); }

  uint64_t Hash;
};

/// Whether this program's std::_Hash_bytes is the function above.
bool knowsHashFunction() {
  constexpr size_t Bytes = 43, Seed = 0xc70f6907;
  char Probe[Bytes];
  for (size_t I = 0; I < Bytes; ++I)
    Probe[I] = static_cast<char>(I * 37 + 11);
  PiecewiseHash Ours(Seed, Bytes);
  Ours.add(Probe, Bytes);
  return Ours.result() == std::_Hash_bytes(Probe, Bytes, Seed);
}

/// A private copy of the whole key would have to be on the heap, and a rollback
/// would leak it.
STM_SLOW_PATH size_t hashLong(const char *Data, size_t Bytes, size_t Seed) {
  if (!knowsHashFunction()) {
    __stm_become_inevitable(
        "std::_Hash_bytes of a long key: this libstdc++ has "
        "another hash function");
    return std::_Hash_bytes(Data, Bytes, Seed);
  }
  PiecewiseHash Hash(Seed, Bytes);
  char Buffer[MaxCopiedKey];
  while (Bytes) {
    size_t Piece = std::min(Bytes, sizeof(Buffer));
    __stm_read_range(Buffer, Data, Piece);
    Hash.add(Buffer, Piece);
    Data += Piece, Bytes -= Piece;
  }
  return Hash.result();
}

size_t hashBytes(const void *Data, size_t Bytes, size_t Seed) {
  if (Bytes > MaxCopiedKey)
    return hashLong(static_cast<const char *>(Data), Bytes, Seed);
  char Buffer[MaxCopiedKey];
  __stm_read_range(Buffer, Data, Bytes);
  return std::_Hash_bytes(Buffer, Bytes, Seed);
}

// --- std::unordered_* -------------------------------------------------------

using RehashPolicy = std::__detail::_Prime_rehash_policy;

/// A policy's private copy. Its functions are const but change the number of
/// elements at which to grow next, which is mutable.
class PolicyCopy {
public:
  explicit PolicyCopy(const void *Shared)
      : Original(const_cast<RehashPolicy *>(
            static_cast<const RehashPolicy *>(Shared))) {
    uint32_t LoadFactor = __stm_read_u32(&Original->_M_max_load_factor);
    static_assert(sizeof(LoadFactor) == sizeof(Policy._M_max_load_factor));
    memcpy(&Policy._M_max_load_factor, &LoadFactor, sizeof(LoadFactor));
    Policy._M_next_resize = NextResize =
        __stm_read_u64(&Original->_M_next_resize);
  }

  const RehashPolicy &policy() const { return Policy; }

  void writeBack() const {
    if (Policy._M_next_resize != NextResize)
      __stm_write_u64(&Original->_M_next_resize, Policy._M_next_resize);
  }

private:
  RehashPolicy *Original;
  RehashPolicy Policy;
  size_t NextResize;
};

ListNode *asListNode(void *N) { return static_cast<ListNode *>(N); }

} // namespace

extern "C" {

void __stm_wrap__ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_(
    bool AsLeft, void *Node, void *Parent, void *Header) {
  insertIntoTree(AsLeft, Node, Parent, Header);
}

void *__stm_wrap__ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_(
    void *Node, void *Header) {
  eraseFromTree(Node, Header);
  return Node;
}

void *__stm_wrap__ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base(void *Node) {
  return nextInTree(Node);
}

void *
__stm_wrap__ZSt18_Rb_tree_incrementPKSt18_Rb_tree_node_base(const void *Node) {
  return nextInTree(Node);
}

void *__stm_wrap__ZSt18_Rb_tree_decrementPSt18_Rb_tree_node_base(void *Node) {
  return previousInTree(Node);
}

void *
__stm_wrap__ZSt18_Rb_tree_decrementPKSt18_Rb_tree_node_base(const void *Node) {
  return previousInTree(Node);
}

void __stm_wrap__ZNSt8__detail15_List_node_base7_M_hookEPS0_(void *Node,
                                                             void *Position) {
  hook(asListNode(Node), asListNode(Position));
}

void __stm_wrap__ZNSt8__detail15_List_node_base9_M_unhookEv(void *Node) {
  unhook(asListNode(Node));
}

void __stm_wrap__ZNSt8__detail15_List_node_base4swapERS0_S1_(void *A, void *B) {
  swapLists(asListNode(A), asListNode(B));
}

void __stm_wrap__ZNSt8__detail15_List_node_base10_M_reverseEv(void *Header) {
  reverse(asListNode(Header));
}

void __stm_wrap__ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_(
    void *Position, void *First, void *Last) {
  transfer(asListNode(Position), asListNode(First), asListNode(Last));
}

size_t __stm_wrap__ZSt11_Hash_bytesPKvmm(const void *Data, size_t Bytes,
                                         size_t Seed) {
  return hashBytes(Data, Bytes, Seed);
}

HashNeed __stm_wrap__ZNKSt8__detail20_Prime_rehash_policy14_M_need_rehashEmmm(
    const void *Policy, size_t Buckets, size_t Elements, size_t Inserted) {
  PolicyCopy Copy(Policy);
  auto Need = Copy.policy()._M_need_rehash(Buckets, Elements, Inserted);
  Copy.writeBack();
  return {Need.first, Need.second};
}

size_t __stm_wrap__ZNKSt8__detail20_Prime_rehash_policy11_M_next_bktEm(
    const void *Policy, size_t Buckets) {
  PolicyCopy Copy(Policy);
  size_t Prime = Copy.policy()._M_next_bkt(Buckets);
  Copy.writeBack();
  return Prime;
}

} // extern "C"

} // namespace stm::rt::abi
