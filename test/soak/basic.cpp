//===- soak/basic.cpp - what blocks may consist of --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "world.h"

#include <ctime>
#include <stdexcept>
#include <vector>

namespace soak {

World W;

void World::check() {
  stm::snapshot("check", [this] {
    long Sum = 0;
    for (const auto &B : Balance)
      Sum += B.Value;
    INVARIANT(Sum == 0);
    INVARIANT(Books.Ordered.size() == Books.Hashed.size());
    for (const auto &[Key, Text] : Books.Ordered) {
      auto At = Books.Hashed.find(Key);
      INVARIANT(At != Books.Hashed.end() && At->second == Text);
    }
    for (const auto &L : List)
      for (const Node *N = L.Value; N; N = N->Next)
        INVARIANT(N->Inverse == ~N->Value);
    for (uint64_t Word : Wide)
      INVARIANT(Word == Wide[0]);
    INVARIANT(FreeCups.Value <= Cups);
    long Stocked = 0;
    Goods.Stock.for_each([&](unsigned, long Count) { Stocked += Count; });
    INVARIANT(Stocked + static_cast<long>(Goods.Line.size()) ==
              Goods.Total.value());
  });
}

namespace {

unsigned account(Random &Next) {
  return static_cast<unsigned>(Next.below(World::Accounts));
}

void move(Random &Next) {
  unsigned From = account(Next), To = account(Next);
  long Amount = static_cast<long>(Next.below(100));
  uint64_t Chance = Next.below(64);
  stm::atomic("move", [=] {
    W.Balance[From].Value -= Amount;
    stress::linger(Chance);
    W.Balance[To].Value += Amount;
  });
}

/// Blocks in blocks, half of which are cancelled.
void nest(Random Next, unsigned Depth) {
  unsigned From = account(Next), To = account(Next);
  W.Balance[From].Value -= 7;
  if (Depth) {
    long Before = W.Balance[To].Value;
    bool Cancels = Next.below(2);
    Random Other(Next());
    bool Done = stm::try_atomic([&] {
      nest(Other, Depth - 1);
      if (Cancels)
        stm::cancel();
    });
    INVARIANT(Done != Cancels);
    if (Cancels)
      INVARIANT(W.Balance[To].Value == Before);
  }
  W.Balance[To].Value += 7;
}
void cancels(Random &Next) {
  Random Other(Next());
  unsigned Depth = static_cast<unsigned>(Next.below(4));
  bool Cancels = Next.below(2);
  bool Done = stm::try_atomic("nest", [&] {
    nest(Other, Depth);
    if (Cancels)
      stm::cancel();
  });
  INVARIANT(Done != Cancels);
}

void changeBooks(Random &Next) {
  unsigned Key = static_cast<unsigned>(Next.below(World::Keys));
  bool Erases = Next.below(3) == 0;
  size_t Length = Next.below(60);
  uint64_t Chance = Next.below(256);
  stm::atomic("books", [=] {
    Twins &B = W.Books;
    auto At = B.Ordered.find(Key);
    auto Also = B.Hashed.find(Key);
    INVARIANT((At == B.Ordered.end()) == (Also == B.Hashed.end()));
    if (At == B.Ordered.end()) {
      std::string Text(Length, static_cast<char>('a' + Key % 26));
      B.Ordered.emplace(Key, Text);
      B.Hashed.emplace(Key, std::move(Text));
    } else if (Erases || At->second.size() > 200) {
      B.Ordered.erase(At);
      B.Hashed.erase(Also);
    } else {
      INVARIANT(At->second == Also->second);
      At->second += '.';
      stress::linger(Chance);
      Also->second.push_back('.');
    }
  });
}

void readBooks(Random &Next) {
  unsigned Key = static_cast<unsigned>(Next.below(World::Keys));
  std::string Text = stm::atomic("read books", [=]() -> std::string {
    auto At = W.Books.Ordered.lower_bound(Key);
    if (At == W.Books.Ordered.end())
      return {};
    INVARIANT(W.Books.Hashed.at(At->first) == At->second);
    return At->second;
  });
  for (char C : Text)
    INVARIANT(C == Text[0] || C == '.');
}

void pushNode(Random &Next) {
  Node *New = new Node{nullptr, Next(), 0};
  New->Inverse = ~New->Value;
  Node **First = &W.List[Next.below(World::Lists)].Value;
  stm::atomic("push", [=] {
    New->Next = *First;
    *First = New;
  });
}

/// What was taken out is this thread's own: plain reads, plain delete. (Which
/// waits for snapshots by itself, but not under a sanitizer.)
void takeNodes(Random &Next) {
  Node **First = &W.List[Next.below(World::Lists)].Value;
  bool All = Next.below(16) == 0;
  Node *Taken = stm::atomic("take", [=]() -> Node * {
    Node *N = *First;
    if (N) {
      *First = All ? nullptr : N->Next;
      if (!All)
        N->Next = nullptr;
    }
    return N;
  });
#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
  stm_quiesce();
#endif
#endif
  while (Taken) {
    Node *After = Taken->Next;
    INVARIANT(Taken->Inverse == ~Taken->Value);
    delete Taken;
    Taken = After;
  }
}

void changeSettings(Random &Next) {
  if (Next.below(4)) {
    auto Mine = stm::atomic("settings", [] { return W.Now; });
    INVARIANT(Mine->Name == Mine->Same);
    return;
  }
  auto New = std::make_shared<Settings>();
  New->Name.assign(Next.below(100), 'n');
  New->Same = New->Name;
  stm::atomic("new settings", [&] { W.Now = New; });
}

/// Under the program's lock, in a block or plainly.
void lock(Random &Next) {
  auto Change = [] {
    std::lock_guard Guard(W.M);
    INVARIANT(W.Left == W.Right);
    ++W.Left;
    stress::dawdle(20);
    ++W.Right;
  };
  if (Next.below(2))
    Change();
  else
    stm::atomic("lock", Change);
}

void changeWide(Random &Next) {
  uint64_t New = Next();
  stm::atomic("wide", [=] {
    for (uint64_t &Word : W.Wide)
      Word = New;
  });
}

/// Long, and not known to be read-only.
void scan(Random &Next) {
  uint64_t Chance = Next();
  stm::atomic("scan", [=] {
    long Sum = 0;
    for (auto &B : W.Balance)
      Sum += B.Value;
    INVARIANT(Sum == 0);
    for (uint64_t &Word : W.Wide)
      INVARIANT(Word == W.Wide[0]);
    stress::linger(Chance);
  });
}

void check(Random &) { W.check(); }

void snapshot(Random &Next) {
  uint64_t Chance = Next();
  stm::snapshot("snapshot", [=] {
    std::vector<long> Copy;
    for (auto &B : W.Balance)
      Copy.push_back(B.Value);
    stress::linger(Chance);
    long Sum = 0;
    for (size_t I = 0; I != Copy.size(); ++I) {
      INVARIANT(W.Balance[I].Value == Copy[I]);
      Sum += Copy[I];
    }
    INVARIANT(Sum == 0);
  });
}

/// Waits until somebody puts a cup back; or doesn't wait.
void useCup(Random &Next) {
  auto Take = [] {
    if (!W.FreeCups.Value)
      stm::retry();
    return --W.FreeCups.Value < World::Cups;
  };
  if (Next.below(2))
    stm::atomic("cup", Take);
  else if (!stm::or_else(Take, [] { return false; }))
    return;
  move(Next);
  if (Next.below(4) == 0)
    std::this_thread::yield();
  stm::atomic("put back", [] { ++W.FreeCups.Value; });
}

void hooks(Random &Next) {
  unsigned From = account(Next), To = account(Next);
  unsigned Aborted = 0;
  stm::atomic("hooks", [&] {
    ++W.Hooked.Value;
    stm::on_commit([] { ++W.HooksCalled; });
    stm::on_abort([&Aborted] { ++Aborted; });
    transfer(From, To, 1);
  });
  stm_abort_info Info;
  if (stm_last_abort_info(&Info) == 0)
    INVARIANT(Aborted <= Info.attempts);
}

void print(Random &) {
  stm::atomic("print", [] {
    stm::deferred_printf(W.Pipe, "%llu\n",
                         static_cast<unsigned long long>(++W.Printed.Value));
  });
}

void throws(Random &Next) {
  unsigned From = account(Next), To = account(Next);
  bool Cancels = Next.below(2);
  bool Caught = false;
  auto Body = [&] {
    try {
      transfer(From, To, 3);
      throw std::out_of_range("inside");
    } catch (const std::exception &E) {
      if (Cancels)
        transfer(From, To, -2); // It isn't kept.
      throw std::runtime_error(std::string(E.what()) + ", then outside");
    }
  };
  try {
    if (Cancels)
      stm::atomic(stm::cancel_on_throw, Body);
    else
      stm::atomic("throws", Body);
  } catch (const std::runtime_error &E) {
    Caught = E.what() == std::string("inside, then outside");
  }
  INVARIANT(Caught);
}

void goInevitable(Random &Next) {
  unsigned From = account(Next), To = account(Next);
  bool Beside = Next.below(2);
  stm::atomic("inevitable", [=] {
    W.Balance[From].Value -= 5;
    if (Beside) {
      timespec Moment = {0, 1000};
      nanosleep(&Moment, nullptr);
    } else {
      stm_become_inevitable("soak");
    }
    W.Balance[To].Value += 5;
  });
}

void collect(Random &Next) {
  if (Next.below(2))
    stm_quiesce();
  else
    stm_collect(1 + static_cast<int>(Next.below(2)));
}

} // namespace

const Operation Basic[] = {
    {"move", 200, move},
    {"cancels", 80, cancels},
    {"changeBooks", 150, changeBooks},
    {"readBooks", 100, readBooks},
    {"pushNode", 80, pushNode},
    {"takeNodes", 80, takeNodes},
    {"changeSettings", 60, changeSettings},
    {"lock", 20, lock},
    {"changeWide", 4, changeWide},
    {"scan", 10, scan},
    {"check", 1, check},
    {"snapshot", 20, snapshot},
    {"useCup", 30, useCup},
    {"hooks", 30, hooks},
    {"print", 20, print},
    {"throws", 20, throws},
    {"goInevitable", 5, goInevitable},
    {"collect", 1, collect},
};
const size_t BasicCount = std::size(Basic);

} // namespace soak
