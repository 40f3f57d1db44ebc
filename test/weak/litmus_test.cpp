//===- weak/litmus_test.cpp - the simulated memory, on known programs -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Small programs whose outcomes under C++20 are known (Alglave, Maranget,
// Tautschnig, "Herding cats", TOPLAS 2014, has their names). All orders of
// steps and all that loads may return are tried: an outcome that is allowed
// must be found, one that isn't must not.
//
//===----------------------------------------------------------------------===//

#include "memory.h"

#include <gtest/gtest.h>
#include <initializer_list>
#include <set>

namespace stm::weak {

namespace {

constexpr Order Rlx = Order::Relaxed, Acq = Order::Acquire,
                Rel = Order::Release, AcqRel = Order::AcqRel,
                Sc = Order::SeqCst;
constexpr uintptr_t X = 0x1000, Y = 0x2000;

using Outcome = std::vector<uint64_t>;

/// One run: the simulated memory, and what it really holds.
struct Machine {
  explicit Machine(Memory &M) : M(M) {}

  void store(uintptr_t Where, uint64_t Value, Order O) {
    if (M.store(Now, Where, ~uint64_t{0}, Value, O, Real[Where]))
      Real[Where] = Value;
  }
  void storeHalf(uintptr_t Where, bool High, uint64_t Value, Order O) {
    unsigned Shift = High ? 32 : 0;
    uint64_t Mask = uint64_t{0xffffffff} << Shift;
    if (M.store(Now, Where, Mask, Value << Shift, O, Real[Where]))
      Real[Where] = (Real[Where] & ~Mask) | Value << Shift;
  }
  uint64_t load(uintptr_t Where, Order O) {
    return M.load(Now, Where, O, Real[Where]);
  }
  uint64_t add(uintptr_t Where, uint64_t Value, Order O) {
    bool Stored;
    uint64_t Old = M.update(
        Now, Where, O, O, Real[Where],
        [&](uint64_t &V) {
          V += Value;
          return true;
        },
        Stored);
    if (Stored)
      Real[Where] = Old + Value;
    return Old;
  }
  bool exchange(uintptr_t Where, uint64_t From, uint64_t To, Order O) {
    bool Stored;
    uint64_t Old = M.update(
        Now, Where, O, Rlx, Real[Where],
        [&](uint64_t &V) { return V == From ? V = To, true : false; }, Stored);
    if (Stored)
      Real[Where] = To;
    return Old == From;
  }
  void fence(Order O) { M.fence(Now, O); }
  void plainWrite(uintptr_t Where) { M.plainWrite(Now, Where, 8); }
  void plainRead(uintptr_t Where) { M.plainRead(Now, Where, 8); }
  void atomic(uintptr_t Where, bool IsWrite) {
    M.atomicAccess(Now, Where, 8, IsWrite);
  }
  void see(uint64_t Value) { Seen[Now].push_back(Value); }

  Memory &M;
  unsigned Now = 0;
  std::unordered_map<uintptr_t, uint64_t> Real;
  Outcome Seen[Memory::MostThreads];
};

using Op = std::function<void(Machine &)>;
using Threads = std::vector<std::vector<Op>>;

/// All that the loads of the threads may return, one thread after the other,
/// and then what X and Y hold at the end. In \p Races how many runs had one.
std::set<Outcome> outcomes(const Threads &Program, unsigned *Races = nullptr) {
  std::set<Outcome> All;
  // What was chosen, and of how many.
  std::vector<std::pair<unsigned, unsigned>> Path;
  size_t Depth = 0;
  auto Choose = [&](unsigned Count) {
    if (Depth == Path.size())
      Path.push_back({0, Count});
    return Path[Depth++].first;
  };
  for (;;) {
    Depth = 0;
    Memory Mem(Choose);
    Mem.reset();
    Machine M(Mem);
    std::vector<size_t> Next(Program.size());
    for (;;) {
      std::vector<unsigned> Ready;
      for (unsigned T = 0; T != Program.size(); ++T)
        if (Next[T] != Program[T].size())
          Ready.push_back(T);
      if (Ready.empty())
        break;
      M.Now = Ready[Choose(static_cast<unsigned>(Ready.size()))];
      Program[M.Now][Next[M.Now]++](M);
    }
    Outcome O;
    for (const Outcome &Of : M.Seen)
      O.insert(O.end(), Of.begin(), Of.end());
    O.insert(O.end(), {M.Real[X], M.Real[Y]});
    All.insert(O);
    if (Races)
      *Races += !Mem.race().empty();
    while (!Path.empty() && Path.back().first + 1 == Path.back().second)
      Path.pop_back();
    if (Path.empty())
      return All;
    ++Path.back().first;
  }
}

/// Whether the loads may return that. At the end memory holds anything.
bool isPossible(const Threads &Program, const Outcome &Loads) {
  for (const Outcome &O : outcomes(Program))
    if (std::equal(Loads.begin(), Loads.end(), O.begin()))
      return true;
  return false;
}
bool isFinallyPossible(const Threads &Program, uint64_t AtX, uint64_t AtY) {
  for (const Outcome &O : outcomes(Program))
    if (O[O.size() - 2] == AtX && O[O.size() - 1] == AtY)
      return true;
  return false;
}

Op store(uintptr_t Where, uint64_t Value, Order O) {
  return [=](Machine &M) { M.store(Where, Value, O); };
}
Op load(uintptr_t Where, Order O) {
  return [=](Machine &M) { M.see(M.load(Where, O)); };
}
Op add(uintptr_t Where, uint64_t Value, Order O) {
  return [=](Machine &M) { M.see(M.add(Where, Value, O)); };
}
Op fence(Order O) {
  return [=](Machine &M) { M.fence(O); };
}
Op fenceOfAll() {
  return [](Machine &M) { M.M.fenceOfAll(); };
}

Threads storeBuffering(Order St, Order Ld, std::vector<Op> Fence0 = {},
                       std::vector<Op> Fence1 = {}) {
  Threads P = {{store(X, 1, St)}, {store(Y, 1, St)}};
  P[0].insert(P[0].end(), Fence0.begin(), Fence0.end());
  P[1].insert(P[1].end(), Fence1.begin(), Fence1.end());
  P[0].push_back(load(Y, Ld));
  P[1].push_back(load(X, Ld));
  return P;
}

TEST(LitmusTest, StoreBuffering) {
  EXPECT_TRUE(isPossible(storeBuffering(Rlx, Rlx), {0, 0}));
  EXPECT_TRUE(isPossible(storeBuffering(Rel, Acq), {0, 0}));
  EXPECT_FALSE(isPossible(storeBuffering(Sc, Sc), {0, 0}));
  EXPECT_TRUE(isPossible(storeBuffering(Sc, Acq), {0, 0}));
  std::vector<Op> Full = {fence(Sc)}, Half = {fence(AcqRel)};
  EXPECT_FALSE(isPossible(storeBuffering(Rlx, Rlx, Full, Full), {0, 0}));
  EXPECT_TRUE(isPossible(storeBuffering(Rlx, Rlx, Full, {}), {0, 0}));
  EXPECT_TRUE(isPossible(storeBuffering(Rlx, Rlx, Half, Half), {0, 0}));
  for (uint64_t A : {0, 1})
    EXPECT_TRUE(isPossible(storeBuffering(Sc, Sc), {A, 1}));
}

TEST(LitmusTest, StoreBufferingWithMembarrierOnOneSide) {
  EXPECT_FALSE(isPossible(storeBuffering(Rlx, Rlx, {fenceOfAll()}), {0, 0}));
}

TEST(LitmusTest, StoreBufferingWithReadModifyWrites) {
  auto Program = [](Order O, std::vector<Op> Fence) {
    Threads P = {{add(X, 1, O)}, {add(Y, 1, O)}};
    for (auto &T : P)
      T.insert(T.end(), Fence.begin(), Fence.end());
    P[0].push_back(load(Y, Rlx));
    P[1].push_back(load(X, Rlx));
    return P;
  };
  // No barrier by itself, not even seq_cst, as on aarch64.
  EXPECT_TRUE(isPossible(Program(Sc, {}), {0, 0, 0, 0}));
  EXPECT_FALSE(isPossible(Program(Rlx, {fence(Sc)}), {0, 0, 0, 0}));
}

Threads messagePassing(Order St, Order Ld, std::vector<Op> WriterFence = {},
                       std::vector<Op> ReaderFence = {}) {
  Threads P = {{store(X, 1, Rlx)}, {load(Y, Ld)}};
  P[0].insert(P[0].end(), WriterFence.begin(), WriterFence.end());
  P[0].push_back(store(Y, 1, St));
  P[1].insert(P[1].end(), ReaderFence.begin(), ReaderFence.end());
  P[1].push_back(load(X, Rlx));
  return P;
}

TEST(LitmusTest, MessagePassing) {
  EXPECT_TRUE(isPossible(messagePassing(Rlx, Rlx), {1, 0}));
  EXPECT_TRUE(isPossible(messagePassing(Rel, Rlx), {1, 0}));
  EXPECT_TRUE(isPossible(messagePassing(Rlx, Acq), {1, 0}));
  EXPECT_FALSE(isPossible(messagePassing(Rel, Acq), {1, 0}));
  EXPECT_TRUE(isPossible(messagePassing(Rel, Acq), {0, 0}));
}

TEST(LitmusTest, MessagePassingThroughFences) {
  std::vector<Op> Release = {fence(Rel)}, Acquire = {fence(Acq)};
  EXPECT_FALSE(isPossible(messagePassing(Rlx, Rlx, Release, Acquire), {1, 0}));
  EXPECT_FALSE(isPossible(messagePassing(Rlx, Acq, Release), {1, 0}));
  EXPECT_FALSE(isPossible(messagePassing(Rel, Rlx, {}, Acquire), {1, 0}));
  EXPECT_TRUE(isPossible(messagePassing(Rlx, Rlx, Acquire, Release), {1, 0}));
  EXPECT_TRUE(isPossible(messagePassing(Rlx, Rlx, Release), {1, 0}));
}

TEST(LitmusTest, AReleaseSequenceGoesOnThroughReadModifyWrites) {
  auto Program = [](Order Between, bool IsUpdate) {
    return Threads{{store(X, 1, Rlx), store(Y, 1, Rel)},
                   {[=](Machine &M) {
                     if (IsUpdate)
                       M.exchange(Y, 1, 2, Between);
                     else if (M.load(Y, Between) == 1)
                       M.store(Y, 2, Between);
                   }},
                   {load(Y, Acq), load(X, Rlx)}};
  };
  EXPECT_FALSE(isPossible(Program(Rlx, true), {2, 0}));
  EXPECT_TRUE(isPossible(Program(Rlx, false), {2, 0}));
}

TEST(LitmusTest, LoadBufferingIsNotSimulated) {
  // Allowed, and seen on aarch64; see memory.h.
  Threads P = {{load(X, Rlx), store(Y, 1, Rlx)},
               {load(Y, Rlx), store(X, 1, Rlx)}};
  EXPECT_FALSE(isPossible(P, {1, 1}));
}

Threads independentReads(Order St, Order Ld, std::vector<Op> Fence = {}) {
  Threads P = {
      {store(X, 1, St)}, {store(Y, 1, St)}, {load(X, Ld)}, {load(Y, Ld)}};
  for (unsigned T : {2, 3})
    P[T].insert(P[T].end(), Fence.begin(), Fence.end());
  P[2].push_back(load(Y, Ld));
  P[3].push_back(load(X, Ld));
  return P;
}

TEST(LitmusTest, IndependentReadsOfIndependentWrites) {
  EXPECT_TRUE(isPossible(independentReads(Rlx, Rlx), {1, 0, 1, 0}));
  EXPECT_TRUE(isPossible(independentReads(Rel, Acq), {1, 0, 1, 0}));
  EXPECT_FALSE(isPossible(independentReads(Sc, Sc), {1, 0, 1, 0}));
  EXPECT_FALSE(
      isPossible(independentReads(Rlx, Rlx, {fence(Sc)}), {1, 0, 1, 0}));
}

TEST(LitmusTest, TwoPlusTwoWrites) {
  auto Program = [](Order O, std::vector<Op> Fence = {}) {
    Threads P = {{store(X, 1, O)}, {store(Y, 1, O)}};
    for (auto &T : P)
      T.insert(T.end(), Fence.begin(), Fence.end());
    P[0].push_back(store(Y, 2, O));
    P[1].push_back(store(X, 2, O));
    return P;
  };
  EXPECT_TRUE(isFinallyPossible(Program(Rlx), 1, 1));
  EXPECT_TRUE(isFinallyPossible(Program(Rel), 1, 1));
  EXPECT_FALSE(isFinallyPossible(Program(Sc), 1, 1));
  EXPECT_FALSE(isFinallyPossible(Program(Rlx, {fence(Sc)}), 1, 1));
}

TEST(LitmusTest, WriteToReadCausality) {
  auto Program = [](Order St, Order Ld) {
    return Threads{
        {store(X, 1, Rlx)},
        {[=](Machine &M) { M.see(M.load(X, Acq)); }, store(Y, 1, St)},
        {load(Y, Ld), load(X, Rlx)}};
  };
  EXPECT_FALSE(isPossible(Program(Rel, Acq), {1, 1, 0}));
  EXPECT_TRUE(isPossible(Program(Rlx, Acq), {1, 1, 0}));
}

TEST(LitmusTest, OneLocationIsCoherent) {
  // Reads of one location don't go back, in any order.
  Threads P = {{store(X, 1, Rlx), store(X, 2, Rlx)},
               {load(X, Rlx), load(X, Rlx)}};
  EXPECT_FALSE(isPossible(P, {2, 1}));
  EXPECT_FALSE(isPossible(P, {1, 0}));
  EXPECT_TRUE(isPossible(P, {1, 1}));
  // A thread sees its own store, or a newer one.
  EXPECT_FALSE(isPossible({{store(X, 1, Rlx), load(X, Rlx)}}, {0}));
  // Two threads agree on the order of two stores.
  Threads Two = {{store(X, 1, Rlx)},
                 {store(X, 2, Rlx)},
                 {load(X, Rlx), load(X, Rlx)},
                 {load(X, Rlx), load(X, Rlx)}};
  EXPECT_FALSE(isPossible(Two, {1, 2, 2, 1}));
  EXPECT_TRUE(isPossible(Two, {1, 2, 1, 2}));
}

TEST(LitmusTest, ReadModifyWritesFollowWhatTheyRead) {
  for (const Outcome &O : outcomes({{add(X, 1, Rlx)}, {add(X, 1, Rlx)}}))
    EXPECT_EQ(O[2], 2u);
  // One of two succeeds.
  auto Take = [](Machine &M) { M.see(M.exchange(X, 0, M.Now + 1, Rlx)); };
  for (const Outcome &O : outcomes({{Take}, {Take}}))
    EXPECT_EQ(O[0] + O[1], 1u);
}

TEST(LitmusTest, HalvesOfAWordAreStoredApart) {
  for (const Outcome &O :
       outcomes({{[](Machine &M) { M.storeHalf(X, false, 1, Rlx); }},
                 {[](Machine &M) { M.storeHalf(X, true, 1, Rlx); }}}))
    EXPECT_EQ(O[0], uint64_t{1} << 32 | 1);
}

TEST(LitmusTest, PlainAccessesMustBeOrdered) {
  auto Racing = [](Order St, Order Ld) {
    unsigned Races = 0;
    outcomes({{[](Machine &M) { M.plainWrite(X); }, store(Y, 1, St)},
              {[=](Machine &M) {
                if (M.load(Y, Ld) == 1)
                  M.plainRead(X);
              }}},
             &Races);
    return Races != 0;
  };
  EXPECT_FALSE(Racing(Rel, Acq));
  EXPECT_TRUE(Racing(Rlx, Acq));
  EXPECT_TRUE(Racing(Rel, Rlx));
}

TEST(LitmusTest, PlainWritesRaceWithAtomicReads) {
  auto Racing = [](Order St, Order Ld, bool IsWrite) {
    unsigned Races = 0;
    outcomes({{[=](Machine &M) { M.atomic(X, IsWrite); }, store(Y, 1, St)},
              {[=](Machine &M) {
                if (M.load(Y, Ld) == 1)
                  M.plainWrite(X);
              }}},
             &Races);
    return Races != 0;
  };
  for (bool IsWrite : {false, true}) {
    EXPECT_FALSE(Racing(Rel, Acq, IsWrite));
    EXPECT_TRUE(Racing(Rlx, Acq, IsWrite));
    EXPECT_TRUE(Racing(Rel, Rlx, IsWrite));
  }
}

} // namespace

} // namespace stm::weak
