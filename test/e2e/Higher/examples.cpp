//===- e2e/Higher/examples.cpp - programs and their twins -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Small programs in each of the models; the results are those of their twins,
// which are loops of one thread. (The key-value server has a file of its own.)
//
// REQUIRES: llvm-19 || long
// RUN: %at_O2 %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <map>
#include <set>
#include <stm/containers.hpp>
#include <stm/parallel.hpp>
#include <stm/transaction_queue.hpp>
#include <string>
#include <unordered_map>
#include <vector>

static std::vector<std::string> pages(unsigned Count) {
  std::vector<std::string> Pages;
  Numbers N(1);
  for (unsigned P = 0; P != Count; ++P) {
    std::string Text;
    for (int W = 0; W != 20; ++W)
      Text += (W ? " w" : "w") + std::to_string(N.below(60));
    Pages.push_back(Text);
  }
  return Pages;
}

template <class F> static void forEachWord(const std::string &Text, F Body) {
  for (size_t From = 0; From < Text.size();) {
    size_t To = std::min(Text.find(' ', From), Text.size());
    Body(Text.substr(From, To - From));
    From = To + 1;
  }
}

// --- An index of words, as a queue: a call for each page
// ------------------------
struct Index {
  std::unordered_map<std::string, std::set<unsigned>> PagesOf;
  std::map<std::string, long> Counts;
  void add(unsigned Page, const std::string &Text) {
    forEachWord(Text, [&](const std::string &Word) {
      PagesOf[Word].insert(Page);
      ++Counts[Word];
    });
  }
  bool operator==(const Index &Other) const {
    return PagesOf == Other.PagesOf && Counts == Other.Counts;
  }
};

static void wordIndex() {
  std::vector<std::string> Pages = pages(150);
  Index Parallel, Twin;
  stm::transaction_queue Queue;
  for (unsigned P = 0; P != Pages.size(); ++P) {
    Queue.add("a page", [&, P] { Parallel.add(P, Pages[P]); });
    Twin.add(P, Pages[P]);
  }
  Queue.run();
  EXPECT(Parallel == Twin);
}

// --- Words counted by map and reduce
// --------------------------------------------
static void wordCount() {
  using Counts = std::map<std::string, long>;
  std::vector<std::string> Pages = pages(150);
  auto Count = [](const std::string &Text) {
    Counts In;
    forEachWord(Text, [&](const std::string &Word) { ++In[Word]; });
    return In;
  };
  auto Both = [](Counts A, const Counts &B) {
    for (auto &[Word, N] : B)
      A[Word] += N;
    return A;
  };
  Counts Twin;
  for (const std::string &P : Pages)
    Twin = Both(Twin, Count(P));
  EXPECT(stm::map_reduce(Pages, Count, Both, Counts()) == Twin);
}

// --- A speculative loop over a union-find
// ---------------------------------------
struct Sets {
  std::vector<unsigned> Parent;
  std::vector<std::pair<unsigned, unsigned>> Forest;
  explicit Sets(unsigned Count) : Parent(Count) {
    for (unsigned I = 0; I != Count; ++I)
      Parent[I] = I;
  }
  unsigned root(unsigned Of) {
    while (Parent[Of] != Of)
      Of = Parent[Of] = Parent[Parent[Of]];
    return Of;
  }
  void unite(unsigned A, unsigned B) {
    unsigned RootA = root(A), RootB = root(B);
    if (RootA == RootB)
      return;
    Parent[RootA] = RootB;
    Forest.push_back({A, B});
  }
};

static void unionFind() {
  Numbers N(3);
  Sets Parallel(1000), Twin(1000);
  std::vector<std::pair<unsigned, unsigned>> Edges;
  for (int I = 0; I != 1500; ++I)
    Edges.push_back({unsigned(N.below(1000)), unsigned(N.below(1000))});
  stm::for_in_order(Edges, [&](auto &E) { Parallel.unite(E.first, E.second); });
  for (auto &[A, B] : Edges)
    Twin.unite(A, B);
  EXPECT(Parallel.Forest == Twin.Forest && Parallel.Parent == Twin.Parent);
}

// --- The game of life, in place: each cell's step reads its neighbours
// ----------
struct Life {
  static constexpr int Size = 24;
  // Both generations of a cell, by turns.
  char Cell[2][Size][Size] = {};
  Life() {
    Numbers N(5);
    for (auto &Row : Cell[0])
      for (char &C : Row)
        C = N.below(3) == 0;
  }
  void step(int From, int Row) {
    for (int Column = 0; Column != Size; ++Column) {
      int Around = 0;
      for (int R = -1; R <= 1; ++R)
        for (int C = -1; C <= 1; ++C)
          if (R || C)
            Around +=
                Cell[From][(Row + R + Size) % Size][(Column + C + Size) % Size];
      Cell[1 - From][Row][Column] =
          Around == 3 || (Around == 2 && Cell[From][Row][Column]);
    }
  }
};

static void life() {
  Life Parallel, Twin;
  for (int Generation = 0; Generation != 20; ++Generation) {
    stm::parallel_for(0, Life::Size,
                      [&](int Row) { Parallel.step(Generation % 2, Row); });
    for (int Row = 0; Row != Life::Size; ++Row)
      Twin.step(Generation % 2, Row);
  }
  for (int Row = 0; Row != Life::Size; ++Row)
    for (int Column = 0; Column != Life::Size; ++Column)
      EXPECT(Parallel.Cell[0][Row][Column] == Twin.Cell[0][Row][Column]);
}

// --- A bank whose reports are snapshots
// -----------------------------------------
static void bank() {
  constexpr unsigned Accounts = 50;
  stm::hash_map<unsigned, long> Balance;
  std::map<unsigned, long> Twin;
  stm::counter Reports;
  for (unsigned I = 0; I != Accounts; ++I) {
    Balance.insert(I, 100);
    Twin[I] = 100;
  }
  std::vector<stm::future<void>> Transfers;
  Numbers N(9);
  for (int I = 0; I != 600; ++I) {
    unsigned From = unsigned(N.below(Accounts)),
             To = unsigned(N.below(Accounts));
    long Amount = long(N.below(9));
    Twin[From] -= Amount;
    Twin[To] += Amount;
    Transfers.push_back(stm::async([&Balance, From, To, Amount] {
      Balance[From] -= Amount;
      Balance[To] += Amount;
    }));
    if (I % 60 == 0) {
      EXPECT(stm::snapshot([&] {
               long Sum = 0;
               for (unsigned A = 0; A != Accounts; ++A)
                 Sum += *Balance.find(A);
               return Sum;
             }) == 100 * Accounts);
      ++Reports;
    }
  }
  stm::gather(Transfers);
  EXPECT(Reports.value() == 10);
  for (auto &[A, Value] : Twin)
    EXPECT(*Balance.find(A) == Value);
}

int main() {
  stm::set_threads(3);
  wordIndex();
  wordCount();
  unionFind();
  life();
  bank();
}
