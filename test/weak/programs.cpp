//===- weak/programs.cpp - what is run on the simulated memory ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "programs.h"

#include "locations.h"

#include "../rt/tx_testing.h"

#include "base/options.h"
#include "gc/collector.h"
#include "tx/attempt.h"
#include "tx/single_thread.h"

namespace stm::weak {

using namespace rt::testing;
using rt::ParsedOptions;

namespace {

// What the threads of a program share.
Cell X, Y, Z;
/// For plain accesses, which the protocol must have ordered.
uint64_t Plain;
stm_turns Turns;
/// Not of the simulated memory: it orders nothing.
int Step;
std::string Wrong;

void reset() {
  X.Value = Y.Value = Z.Value = Plain = 0;
  Turns = {};
  Step = 0;
  rt::UncheckedSince = rt::NeverUnchecked;
  Wrong.clear();
}

void expect(bool Holds, const char *What) {
  if (!Holds)
    Wrong = What;
}

template <class F> void await(F Condition) {
  while (!Condition())
    rt::reachTestPoint(rt::TestPoint::Waits);
}

/// For a while.
void letOthersRun() {
  for (int I = 0; I != 10; ++I)
    rt::reachTestPoint(rt::TestPoint::Waits);
}

/// What is newest there. Nobody learns anything by it.
template <class T> T peek(const auto &Where) {
  T Value;
  memcpy(&Value, &Where, sizeof(T));
  return Value;
}

void goAlone() {
  rt::CurrentTx->becomeInevitable("test", 0, rt::Company::Alone);
}
void goBeside() {
  rt::CurrentTx->becomeInevitable("test", 0, rt::Company::Beside);
}

void increment(Cell &C) { write(C.Value, read(C.Value) + 1); }

/// Of what is made private, and the flag that says so.
Cell &IsPrivate = Y, &Data = Z;

} // namespace

namespace {

std::string privatizationBeside(Simulation &S, uint64_t Seed, Weakening *W,
                                const std::function<void()> &Older) {
  auto Privatizer = [&] { atomically([&] { write(IsPrivate.Value, 1); }); };
  auto Reader = [&] {
    bool IsMine = false;
    inReadOnly([&] { IsMine = read(IsPrivate.Value); });
    return IsMine;
  };
  auto User = [&] {
    if (Reader())
      Simulation::plainWrite(Data.Value);
  };
  return S.run(Seed,
               {Older, Privatizer,
                [&] {
                  Reader();
                  Reader();
                },
                User},
               W);
}

} // namespace

std::string privatization(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  return privatizationBeside(S, Seed, W, [] {
    atomically([] {
      if (!read(IsPrivate.Value))
        increment(Data);
    });
  });
}

std::string privatizationUnfenced(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  return privatizationBeside(S, Seed, W, [=] {
    writingFirst([=] {
      if (Seed & 1) // Otherwise it doesn't.
        write(X.Value, 1);
      if (!read(IsPrivate.Value))
        increment(Data);
    });
  });
}

std::string lazyCommit(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto BeLazy = [] { ParsedOptions.Quiesce = rt::QuiesceMode::Lazy; };
  auto Older = [] {
    atomically([] {
      if (!read(IsPrivate.Value))
        increment(Data);
    });
  };
  // Another commit that waits for nobody comes between.
  auto Use = [=] {
    if (Seed & 2)
      lazily([] { increment(X); });
    else
      inReadOnlyLazily([] { read(X.Value); });
    rt::CurrentTx->awaitQuiescence();
    Simulation::plainRead(Data.Value);
    Simulation::plainWrite(Data.Value);
  };
  auto Privatizer = [=] {
    BeLazy();
    lazily([] { write(IsPrivate.Value, 1); });
    if (Seed & 1)
      Use();
  };
  auto Reader = [=] {
    BeLazy();
    bool IsMine = false;
    inReadOnlyLazily([&] { IsMine = read(IsPrivate.Value); });
    if (IsMine && !(Seed & 1))
      Use();
  };
  return S.run(Seed, {Older, Older, Privatizer, Reader}, W);
}

std::string vouchedFor(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Older = [=] {
    inReadOnly([] { read(X.Value); }); // Its reads aren't kept.
    atomically([&] {
      read(X.Value);
      if (!read(IsPrivate.Value))
        increment(Data);
      if (Seed & 1)
        read(X.Value);
    });
  };
  auto Privatizer = [] {
    atomically([] { write(IsPrivate.Value, 1); });
    Simulation::plainRead(Data.Value);
    Simulation::plainWrite(Data.Value);
  };
  return S.run(Seed, {Older, Older, Privatizer}, W);
}

// Two attempts of one thread: the reads of one aren't taken for the other's.
std::string vouchedForUnfenced(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Older = [=] {
    if (Seed & 2)
      inReadOnly([] { read(X.Value); }); // Its reads aren't kept.
    else
      atomically([] {
        if (!read(IsPrivate.Value))
          increment(Data);
      });
    writingFirst([=] {
      if (Seed & 1)
        write(X.Value, 1);
      if (!read(IsPrivate.Value))
        increment(Data);
    });
  };
  auto Privatizer = [] {
    atomically([] { write(IsPrivate.Value, 1); });
    Simulation::plainRead(Data.Value);
    Simulation::plainWrite(Data.Value);
  };
  return S.run(Seed, {Older, Older, Privatizer}, W);
}

std::string settledRead(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static bool IsWritten;
  IsWritten = false;
  auto Older = [] {
    unsigned Attempts = 0;
    atomically([&] {
      if (read(IsPrivate.Value))
        return;
      write(Data.Value, ++Attempts);
      IsWritten = true;
      if (Attempts == 1)
        rollBackNow();
    });
  };
  auto Privatizer = [] {
    ParsedOptions.Quiesce = rt::QuiesceMode::Lazy;
    await([] { return IsWritten; });
    lazily([] { write(IsPrivate.Value, 1); });
    uint64_t Seen = rt::abi::__stm_settled_read_u64(&Data.Value);
    rt::CurrentTx->awaitQuiescence();
    Simulation::plainRead(Data.Value);
    expect(Seen == peek<uint64_t>(Data.Value), "that is not what was there");
  };
  std::string Race = S.run(Seed, {Older, Privatizer}, W);
  return Race + Wrong;
}

namespace {

/// Privatizes the data and stores to it, having waited only if it must.
void storeSettled() {
  ParsedOptions.Quiesce = rt::QuiesceMode::Lazy;
  lazily([] { write(IsPrivate.Value, 1); });
  rt::abi::__stm_settle(&Data.Value, sizeof(Data.Value));
  // A plain store, as a machine does it.
  __atomic_store_n(&Data.Value, 99, __ATOMIC_RELAXED);
  rt::CurrentTx->awaitQuiescence();
  expect(peek<uint64_t>(Data.Value) == 99, "the plain store is lost");
}

} // namespace

std::string settledStore(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Older = [=] {
    unsigned Attempts = 0;
    atomically([&] {
      if (read(IsPrivate.Value))
        return;
      ++Attempts;
      expect(read(Data.Value) != 99, "older attempts see the plain store");
      if (Seed & 1)
        write(Data.Value, Attempts);
      if (Attempts == 1)
        rollBackNow();
    });
  };
  std::string Race = S.run(Seed, {Older, Older, storeSettled}, W);
  return Race + Wrong;
}

std::string uncheckedAccess(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Older = [] {
    atomically([] {
      if (read(IsPrivate.Value))
        return;
      rt::CurrentTx->beforeUnchecked(0);
      letOthersRun();
      expect(__atomic_load_n(&Data.Value, __ATOMIC_RELAXED) != 99,
             "older attempts see the plain store");
    });
  };
  std::string Race = S.run(Seed, {Older, storeSettled}, W);
  return Race + Wrong;
}

std::string dirtyRead(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Begun, Written, Read;
  } Has;
  Has = {};
  auto Writer = [] {
    await([] { return Has.Begun; });
    unsigned Attempts = 0;
    atomically([&] {
      write(X.Value, ++Attempts);
      if (Attempts != 1)
        return;
      Has.Written = true;
      await([] { return Has.Read; });
      rollBackNow();
    });
  };
  auto Reader = [] {
    atomically([] {
      Has.Read = Has.Begun; // It runs again.
      Has.Begun = true;
      await([] { return Has.Written; });
      expect(read(X.Value) != 1, "that has never been committed");
      Has.Read = true;
    });
  };
  std::string Race = S.run(Seed, {Writer, Reader}, W);
  return Race + Wrong;
}

std::string dirtyReadBeside(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Begun, Written, Read;
  } Has;
  Has = {};
  S.OnPoint = [](rt::TestPoint Point) {
    Has.Read |= Point == rt::TestPoint::RolledBack;
  };
  auto Writer = [] {
    await([] { return Has.Begun; });
    atomically([] {
      goBeside();
      write(X.Value, 1);
      Has.Written = true;
      await([] { return Has.Read; });
      write(Y.Value, 1);
    });
  };
  auto Reader = [] {
    atomically([] {
      Has.Begun = true;
      await([] { return Has.Written; });
      uint64_t Seen = read(X.Value);
      expect(read(Y.Value) == Seen, "half a commit is seen");
      Has.Read = true;
    });
  };
  std::string Race = S.run(Seed, {Writer, Reader}, W);
  return Race + Wrong;
}

std::string twoReads(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Begun, Other, Both;
    const rt::Tx *Last;
  } Has;
  Has = {};
  S.OnPoint = [](rt::TestPoint Point) {
    if (Point != rt::TestPoint::QuiesceBeforeSlot)
      return;
    Has.Other = true;
    Has.Both |= rt::CurrentTx == Has.Last;
  };
  // Because of the older commit it reads the clock anew, and so finds the time
  // of the newer one.
  auto Reader = [=] {
    Cell &First = Seed & 1 ? X : Y, &Second = Seed & 1 ? Y : X;
    atomically([&] {
      Has.Begun = true;
      await([] { return Has.Both; });
      read(Z.Value);
      uint64_t Seen = read(First.Value);
      expect(read(Second.Value) == Seen, "half a commit is seen");
    });
  };
  auto Older = [] {
    await([] { return Has.Begun; });
    atomically([] { write(Z.Value, 1); });
  };
  auto Newer = [] {
    await([] { return Has.Other; });
    atomically([] {
      Has.Last = rt::CurrentTx;
      write(X.Value, 1);
      write(Y.Value, 1);
    });
  };
  std::string Race = S.run(Seed, {Reader, Older, Newer}, W);
  return Race + Wrong;
}

std::string alone(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  // The second one finds the token just given back. The first goes no further
  // before that, to where it makes a fence.
  static const rt::Tx *First;
  static bool HasDropped, IsOver;
  First = nullptr;
  HasDropped = IsOver = false;
  S.OnPoint = [](rt::TestPoint Point) {
    if (Point == rt::TestPoint::RolledBack && First && First != rt::CurrentTx)
      await([] { return HasDropped; });
  };
  S.OnAccess = [](uintptr_t Where) {
    if (First != rt::CurrentTx || HasDropped || !isEpoch(Where))
      return;
    HasDropped = true;
    await([] { return IsOver; });
  };
  auto Body = [] {
    atomically([] {
      read(Y.Value);
      goAlone();
      First = First ? First : rt::CurrentTx;
      increment(X);
    });
    IsOver = true;
  };
  std::string Race = S.run(Seed, {Body, Body}, W);
  expect(X.Value == 2, "an increment is lost");
  return Race + Wrong;
}

namespace {

struct {
  bool Alone, Begun, Raised, Over;
} Progress;

void readBoth() {
  uint64_t Seen = read(X.Value);
  letOthersRun();
  expect(read(Y.Value) == Seen, "somebody ran beside who was alone");
}

/// One goes alone when \p Reader has begun.
std::string goAloneBeside(Simulation &S, uint64_t Seed, Weakening *W,
                          const std::function<void()> &Reader) {
  reset();
  Progress = {};
  S.OnPoint = [](rt::TestPoint Point) {
    Progress.Raised |= Point == rt::TestPoint::ExclusiveBeforeSlots;
  };
  auto Alone = [] {
    atomically([] {
      Progress.Alone = true;
      await([] { return Progress.Begun; });
      goAlone();
      write(X.Value, 1);
      write(Y.Value, 1);
    });
    Progress.Over = true;
  };
  std::string Race = S.run(Seed,
                           {[&] {
                              await([] { return Progress.Alone; });
                              Reader();
                            },
                            Alone},
                           W);
  return Race + Wrong;
}

} // namespace

std::string goingAlone(Simulation &S, uint64_t Seed, Weakening *W) {
  return goAloneBeside(S, Seed, W, [] {
    atomically([] {
      Progress.Begun = true;
      await([] { return Progress.Raised; });
      readBoth();
    });
  });
}

// It may look when all is over, too.
std::string goingAloneUnfenced(Simulation &S, uint64_t Seed, Weakening *W) {
  return goAloneBeside(S, Seed, W, [=] {
    writingFirst([=] {
      Progress.Begun = true;
      await([] { return Progress.Raised; });
      // (It may be waited for.)
      for (int I = 0; Seed & 2 && !Progress.Over && I != 20; ++I)
        letOthersRun();
      if (Seed & 1)
        write(Z.Value, 1);
      readBoth();
    });
  });
}

std::string lateGuard(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Beside, Locked;
    const rt::Tx *Writer;
  } Has;
  Has = {};
  // It has the lock, and found no guard, when it loads the old value.
  S.OnAccess = [](uintptr_t Where) {
    if (Has.Locked || rt::CurrentTx != Has.Writer || !isWord(Where))
      return;
    Has.Locked = true;
    letOthersRun();
  };
  auto Beside = [] {
    atomically([] {
      goBeside();
      Has.Beside = true;
      await([] { return Has.Locked; });
      read(X.Value);
      Simulation::plainRead(Plain);
    });
  };
  auto Writer = [] {
    await([] { return Has.Beside; });
    atomically([] {
      Has.Writer = rt::CurrentTx;
      write(X.Value, 1);
      Simulation::plainWrite(Plain);
    });
  };
  return S.run(Seed, {Beside, Writer}, W);
}

std::string guards(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Beside = [] {
    atomically([] {
      read(Y.Value);
      goBeside();
      read(X.Value);
      Simulation::plainRead(Plain);
    });
  };
  auto Writer = [] {
    atomically([] {
      write(X.Value, 1);
      Simulation::plainWrite(Plain);
    });
  };
  return S.run(Seed, {Beside, Writer}, W);
}

std::string sleepers(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  // Whoever is alone waits until somebody sleeps, or is about to.
  auto Body = [] {
    atomically([] {
      goAlone();
      await([] {
        bool Any = Step != 0;
        rt::forEachDescriptor(
            [&](const rt::Tx &T) { Any |= peek<bool>(T.WaitsToRun); });
        return Any;
      });
      increment(X);
    });
    ++Step;
  };
  auto Other = [] { atomically([] { read(Y.Value); }); };
  std::string Race = S.runWithSleep(Seed, {Body, Body, Other}, W);
  expect(X.Value == 2, "an increment is lost");
  return Race + Wrong;
}

namespace {

std::string waitersFor(Simulation &S, uint64_t Seed, Weakening *W,
                       bool IsAlone) {
  reset();
  rt::transactionsMayLeave();
  auto WaitFor = [](Cell &C) {
    atomically([&] {
      if (!read(C.Value))
        stm_retry();
    });
  };
  auto Write = [=](Cell &C) {
    atomically([&] {
      if (IsAlone)
        goAlone();
      write(C.Value, 1);
    });
  };
  Simulation::Bodies Threads = {[&] { WaitFor(X); }};
  if (Seed & 1) {
    Threads.push_back([&] { Write(X); });
  } else {
    Threads.push_back([&] { WaitFor(Y); });
    Threads.push_back([&] {
      Write(X);
      Write(Y);
    });
  }
  return S.run(Seed, Threads, W);
}

} // namespace

std::string waiterForAnything(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  rt::transactionsMayLeave();
  ParsedOptions.RetryUnwritten = 1;
  // It looks when the other one has locked what it will change, and made the
  // fence that follows.
  static struct {
    bool Read, Locked, Looked;
  } Has;
  Has = {};
  S.OnPoint = [](rt::TestPoint Point) {
    if (Point == rt::TestPoint::RetryBeforeRegistration) {
      Has.Read = true;
      await([] { return Has.Locked; });
    }
    Has.Looked |= Point == rt::TestPoint::RetryBeforeSleep;
  };
  auto Waiter = [] {
    auto Body = [](void *) {
      if (!read(X.Value))
        stm_retry();
    };
    rt::runTransaction(Body, nullptr, nullptr, nullptr);
  };
  auto Writer = [] {
    await([] { return Has.Read; });
    atomically([] {
      write(X.Value, 1);
      Has.Locked = true;
      await([] { return Has.Looked; });
    });
  };
  return S.run(Seed, {Waiter, Writer}, W);
}

std::string waiters(Simulation &S, uint64_t Seed, Weakening *W) {
  return waitersFor(S, Seed, W, /*IsAlone=*/false);
}
std::string waitersForAlone(Simulation &S, uint64_t Seed, Weakening *W) {
  return waitersFor(S, Seed, W, /*IsAlone=*/true);
}

std::string collections(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Reader = [] {
    inSnapshot([] {
      uint64_t Before = read(X.Value);
      Step = Step ? Step : 1;
      await([] { return Step >= 4; });
      expect(read(X.Value) == Before, "the snapshot has changed");
      expect(read(Y.Value) == Before, "that isn't as of the snapshot");
    });
  };
  auto Writer = [] {
    await([] { return Step >= 1; });
    for (int I = 0; I != 6; ++I) {
      atomically([] {
        increment(X);
        increment(Y);
        for (int K = 0; K != 10; ++K)
          write(Z.Value, K);
      });
      ++Step;
    }
  };
  auto Collector = [] {
    await([] { return Step >= 3; });
    for (int I = 0; I != 3; ++I)
      stm_collect(2);
  };
  std::string Race = S.run(Seed, {Reader, Writer, Collector}, W);
  return Race + Wrong;
}

std::string handOver(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Locked, Snapshot, Committed;
  } Has;
  Has = {};
  auto Writer = [] {
    atomically([] {
      increment(X);
      Has.Locked = true;
      await([] { return Has.Snapshot; });
    });
    Has.Committed = true;
  };
  auto Reader = [] {
    await([] { return Has.Locked; });
    inSnapshot([] {
      Has.Snapshot = true;
      await([] { return Has.Committed; });
      expect(read(X.Value) == 0, "that isn't as of the snapshot");
    });
  };
  std::string Race = S.run(Seed, {Writer, Reader}, W);
  return Race + Wrong;
}

std::string lateSnapshot(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static bool HasCommitted;
  HasCommitted = false;
  auto Writer = [] {
    atomically([] {
      write(X.Value, 1);
      write(Y.Value, 1);
    });
    HasCommitted = true;
  };
  auto Reader = [] {
    await([] { return HasCommitted; });
    inSnapshot([] {
      expect(read(X.Value) == read(Y.Value), "half a commit is seen");
    });
  };
  std::string Race = S.run(Seed, {Writer, Reader}, W);
  return Race + Wrong;
}

namespace {

std::string walk(Simulation &S, uint64_t Seed, Weakening *W, bool StopsInside) {
  reset();
  static struct {
    bool Snapshot, Commits, Walked, Collected;
  } Has;
  Has = {};
  if (StopsInside)
    S.OnPoint = [](rt::TestPoint Point) {
      if (Point != rt::TestPoint::WalkBetweenRecords)
        return;
      Has.Walked = true;
      await([] { return Has.Collected; });
    };
  auto Reader = [] {
    inSnapshot([] {
      read(Y.Value);
      Has.Snapshot = true;
      await([] { return Has.Commits; });
      read(X.Value);
      Has.Walked = true;
      await([] { return Has.Collected; });
    });
  };
  auto Writer = [] {
    await([] { return Has.Snapshot; });
    for (int I = 0; I != 3; ++I)
      atomically([] {
        for (int K = 0; K != 12; ++K)
          increment(X);
      });
    Has.Commits = true;
  };
  auto Collector = [] {
    await([] { return Has.Walked; });
    ParsedOptions.GcYoungKb = ParsedOptions.GcPromoteAfterKb = 0;
    for (int I = 0; I != 3; ++I)
      rt::collectSlice();
    Has.Collected = true;
  };
  return S.run(Seed, {Reader, Writer, Collector}, W);
}

} // namespace

std::string pastWalk(Simulation &S, uint64_t Seed, Weakening *W) {
  return walk(S, Seed, W, /*StopsInside=*/false);
}
std::string walkUnderWay(Simulation &S, uint64_t Seed, Weakening *W) {
  return walk(S, Seed, W, /*StopsInside=*/true);
}

// The owner's chunk is bound by the clock before the committer's time, which
// the reader's snapshot is, though both have had their fences before that.
std::string reusedChunk(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  rt::collectNow(
      /*Major=*/false); // Former programs' chunks aren't taken first.
  // A chunk has room for 16 records of a stripe.
  constexpr size_t Stripes = 18;
  static struct alignas(rt::StripeBytes) {
    uint64_t Words[Stripes * rt::StripeBytes / sizeof(uint64_t)];
  } Shared, Others[3];
  static bool HasSnapshot, IsVersioned, IsGone, CommitterIsReady, ReaderIsReady,
      IsReleased, HasCommitted, IsReused;
  HasSnapshot = IsVersioned = IsGone = CommitterIsReady = ReaderIsReady =
      IsReleased = HasCommitted = IsReused = false;
  S.OnPoint = [](rt::TestPoint Point) {
    if (Point == rt::TestPoint::QuiesceBeforeSlot && IsVersioned)
      IsReleased = true;
    if (Point != rt::TestPoint::SnapshotAnnounced || !HasSnapshot)
      return;
    ReaderIsReady = true;
    await([] { return HasCommitted; });
  };
  auto First = [] {
    inSnapshot([] {
      read(X.Value);
      HasSnapshot = true;
      await([] { return IsVersioned; });
    });
    IsGone = true;
  };
  static const decltype(Shared) New = {};
  auto Owner = [] {
    await([] { return HasSnapshot; });
    atomically([] {
      write(Y.Value, 1);
      IsVersioned = true;
      await([] { return IsGone && CommitterIsReady && ReaderIsReady; });
      __stm_write_range(&Shared, &New, sizeof(New));
    });
    await([] { return HasCommitted; });
    atomically([] {
      for (auto &O : Others) // One chunk may be at hand.
        __stm_write_range(&O, &New, sizeof(New));
      IsReused = true;
    });
  };
  auto Committer = [] {
    await([] { return IsVersioned; });
    atomically([] {
      increment(Z);
      CommitterIsReady = true;
      await([] { return IsReleased; });
    });
    HasCommitted = true;
  };
  auto Reader = [] {
    await([] { return IsVersioned; });
    inSnapshot([] {
      await([] { return IsReused; });
      for (size_t I = 0; I < Stripes; ++I)
        read(Shared.Words[I * 4]);
    });
  };
  return S.runMultiCopyAtomic(Seed, {Owner, First, Committer, Reader}, W);
}

std::string pushes(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Reader = [] {
    for (int I = 0; I != 2; ++I)
      inSnapshot([] {
        uint64_t Sum = read(X.Value) + read(Y.Value);
        expect(Sum == 0, "the snapshot isn't of one moment");
      });
  };
  auto Writer = [] {
    for (int I = 0; I != 2; ++I)
      atomically([] {
        increment(X);
        write(Y.Value, read(Y.Value) - 1);
      });
  };
  std::string Race = S.run(Seed, {Reader, Writer, Writer, Reader}, W);
  return Race + Wrong;
}

std::string quietTime(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Older, Privatizer, Reader, User, OlderGone, ReaderGone;
  } Has;
  Has = {};
  S.OnPoint = [](rt::TestPoint Point) {
    Has.Privatizer |= Point == rt::TestPoint::QuiesceBeforeSlot;
    Has.OlderGone |= Has.User && Point == rt::TestPoint::RolledBack;
  };
  auto Older = [] {
    atomically([] {
      if (read(IsPrivate.Value))
        return;
      increment(Data);
      Has.Older = true;
      await([] { return Has.Reader && Has.User; });
    });
  };
  auto Privatizer = [] {
    await([] { return Has.Older; });
    atomically([] { write(IsPrivate.Value, 1); });
  };
  // Both as of the privatizer's commit; the one that ends first looks.
  auto Reader = [] {
    await([] { return Has.Privatizer; });
    inReadOnly([] {
      read(IsPrivate.Value);
      Has.Reader = true;
      await([] { return Has.OlderGone; });
    });
    Has.ReaderGone = true;
  };
  auto User = [] {
    await([] { return Has.Privatizer; });
    bool IsMine = false;
    inReadOnly([&] {
      IsMine = read(IsPrivate.Value);
      Has.User = true;
      await([] { return Has.ReaderGone; });
    });
    if (IsMine)
      Simulation::plainWrite(Data.Value);
  };
  return S.run(Seed, {Older, Privatizer, Reader, User}, W);
}

std::string turns(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  // The last one looks only when the one before it has passed the turn on.
  static const rt::Tx *Last;
  Last = nullptr;
  S.OnAccess = [](uintptr_t Where) {
    if (rt::CurrentTx == Last && isTurn(Where))
      await([] { return peek<uint64_t>(Turns.now) >= 2; });
  };
  auto At = [](uint64_t Index, auto Body) {
    auto Run = [](void *Arg) { (*static_cast<decltype(Body) *>(Arg))(); };
    rt::Body Function = Run;
    for (;;) {
      __stm_next_in_turn(&Turns, Index);
      if (rt::runTransaction(Function, Function, &Body, nullptr) !=
          rt::Outcome::Cancelled)
        return;
      await([=] { return peek<uint64_t>(Turns.now) == Index; });
    }
  };
  uint64_t Seen = 0;
  std::string Race =
      S.run(Seed,
            {[&] { At(0, [] { write(X.Value, 1); }); }, [&] { At(1, [] {}); },
             [&] {
               At(2, [&] {
                 Seen = read(X.Value);
                 Last = rt::CurrentTx;
               });
             }},
            W);
  expect(Seen == 1, "it hasn't seen what those before it did");
  return Race + Wrong;
}

std::string visitor(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Increments = [] {
    for (int I = 0; I != 2; ++I)
      atomically([] { increment(X); });
  };
  std::string Race = S.runWithLifetimes(Seed, {Increments, Increments}, W,
                                        /*Quiesces=*/Seed & 2);
  expect(X.Value == 4, "an increment is lost");
  return Race + Wrong;
}

// It registers while the lone thread takes a step as such.
std::string interruptingVisitor(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Room, Stepped, Looked, Tried;
  } Has;
  Has = {};
  S.OnPoint = [](rt::TestPoint Point) {
    Has.Tried |= Point == rt::TestPoint::RolledBack ||
                 Point == rt::TestPoint::QuiesceBeforeSlot;
    if (Point != rt::TestPoint::LoneStep || !Has.Room || Has.Stepped)
      return;
    Has.Stepped = true;
    await([] { return Has.Looked; });
  };
  S.OnAccess = [](uintptr_t Where) {
    Has.Looked |= rt::CurrentTx == &rt::NoTx && isInLoneStep(Where);
  };
  auto Lone = [] {
    atomically([] { increment(Y); }); // Now it has a log.
    Has.Room = true;
    atomically([] {
      increment(X);
      await([] { return Has.Tried; });
    });
  };
  auto Visitor = [] {
    await([] { return Has.Stepped; });
    atomically([] { increment(X); });
  };
  std::string Race = S.runWithLifetimes(Seed, {Lone, Visitor}, W);
  expect(X.Value == 2, "an increment is lost");
  return Race + Wrong;
}

// It is there and gone while the lone thread's attempt is under way.
std::string shortVisitor(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Read, Gone;
  } Has;
  Has = {};
  auto Lone = [] {
    atomically([] {
      uint64_t Before = read(X.Value);
      Has.Read = true;
      await([] { return Has.Gone; });
      write(X.Value, Before + 1);
    });
  };
  auto Visitor = [] {
    await([] { return Has.Read; });
    atomically([] { increment(X); });
    EndThread(rt::CurrentTx);
    Has.Gone = true;
  };
  std::string Race =
      S.runWithLifetimes(Seed, {Lone, Visitor}, W, /*Quiesces=*/false);
  expect(X.Value == 2, "an increment is lost");
  return Race + Wrong;
}

// The other one has begun without a fence, and locks without one.
std::string shortVisitorUnfenced(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool There, Begun, Gone;
  } Has;
  Has = {};
  auto Lone = [] {
    await([] { return Has.There; });
    writingFirst([] {
      Has.Begun = true;
      await([] { return Has.Gone; });
      uint64_t Before = rt::abi::__stm_read_to_write_u64(&X.Value);
      rt::abi::__stm_write_read_u64(&X.Value, Before + 1);
    });
  };
  auto Visitor = [] {
    atomically([] {
      Has.There = true;
      await([] { return Has.Begun; });
      increment(X);
    });
    EndThread(rt::CurrentTx);
    Has.Gone = true;
  };
  std::string Race =
      S.runWithLifetimes(Seed, {Lone, Visitor}, W, /*Quiesces=*/false);
  expect(X.Value == 2, "an increment is lost");
  return Race + Wrong;
}

std::string privatizingVisitor(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  auto Change = [] {
    for (int I = 0; I != 2; ++I)
      atomically([] {
        if (!read(IsPrivate.Value))
          increment(Data);
      });
  };
  auto Privatize = [] {
    atomically([] { write(IsPrivate.Value, 1); });
    Simulation::plainWrite(Data.Value);
  };
  return S.runWithLifetimes(Seed, {Change, Privatize}, W);
}

// It is gone when the other one, whose commit was under way, looks whether
// there is anybody to wait for.
std::string readingVisitor(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  static struct {
    bool Other, Read, Written, Committed, Gone;
  } Has;
  Has = {};
  S.OnAccess = [](uintptr_t Where) {
    if (!Has.Written || Has.Committed || !isSeveralThreads(Where))
      return;
    Has.Committed = true;
    await([] { return Has.Gone; });
  };
  auto Privatizer = [] {
    atomically([] {});
    Has.Other = true;
    await([] { return Has.Read; });
    atomically([] {
      write(IsPrivate.Value, 1);
      Has.Written = true;
    });
    Simulation::plainWrite(Data.Value);
  };
  auto Reader = [] {
    await([] { return Has.Other; });
    inReadOnly([] { read(IsPrivate.Value); });
    inReadOnly([] {
      if (!read(IsPrivate.Value))
        read(Data.Value);
      Has.Read = true;
      await([] { return Has.Committed; });
    });
    EndThread(rt::CurrentTx);
    Has.Gone = true;
  };
  return S.runWithLifetimes(Seed, {Privatizer, Reader}, W);
}

namespace {

/// See single_thread.h.
struct {
  const rt::Tx *Thread; ///< Whose block it is.
  /// A thread that it has started: is there, has returned from registration.
  bool HasOther, HasRegistered;
  bool IsOver;
} Block;

/// Whether it has the token, and exclusivity.
bool hasToken(const rt::Tx &T) {
  Machine::Off Unseen;
  return rt::holdsToken(T);
}
bool hasBoth(const rt::Tx &T) {
  Machine::Off Unseen;
  return rt::holdsToken(T) && rt::ExclusiveFlag.load();
}

/// Invariant 2, at any time.
void checkBlock() {
  expect(!Block.HasRegistered || Block.IsOver || hasBoth(*Block.Thread),
         "the block doesn't run alone");
}

} // namespace

std::string plainBlock(Simulation &S, uint64_t Seed, Weakening *W) {
  reset();
  Block = {};
  // Once it has begun its thread accesses that at its end only. In half of the
  // runs that comes between the membarrier of who registers and its look.
  bool EndsInTime = Seed / 24 % 2;
  S.OnAccess = [=](uintptr_t Where) {
    if (!Block.Thread)
      return;
    checkBlock();
    if (!isInPlainBlock(Where))
      return;
    if (rt::CurrentTx == Block.Thread)
      Block.IsOver = true;
    else if (EndsInTime)
      await([] { return Block.IsOver; });
  };
  auto First = [] {
    atomically([] {
      Block.Thread = rt::CurrentTx;
      Simulation::plainWrite(X.Value);
      __libc_single_threaded = 0;
      Simulation::startThreads();
      Block.HasOther = true;
      letOthersRun();
      checkBlock();
      Simulation::plainWrite(X.Value);
    });
    expect(Block.IsOver, "the block had barriers");
    expect(!hasToken(*Block.Thread), "the block's end has kept the token");
    atomically([] { increment(X); });
  };
  unsigned Increments = 3;
  auto Others = [&](uint64_t What) -> std::function<void()> {
    Increments += What != 0;
    return [=] {
      await([] { return Block.HasOther; });
      Simulation::beStarted();
      rt::currentTx();
      Block.HasRegistered = true;
      checkBlock();
      if (What == 0)
        return;
      atomically([=] {
        expect(Block.IsOver, "somebody runs beside the block");
        if (What == 1) {
          goAlone();
          letOthersRun();
          expect(hasBoth(*rt::CurrentTx), "the block's end took another's");
        }
        increment(X);
      });
    };
  };
  Simulation::Bodies Threads = {First, Others(Seed / 2 % 3)};
  if (Seed / 6 % 2)
    Threads.push_back(Others(Seed / 12 % 3));
  rt::BlocksMayRunPlainly.store(true);
  __libc_single_threaded = 1;
  std::string Race = S.runWithLifetimes(Seed, Threads, W);
  rt::BlocksMayRunPlainly.store(false);
  expect(X.Value == Increments, "an increment is lost");
  expect(!rt::isTokenTaken() && !rt::ExclusiveFlag.load(),
         "somebody still runs alone");
  return Race + Wrong;
}

bool isOfWaiter(uintptr_t) {
  return Simulation::lastPoint() == rt::TestPoint::RetryRegistered;
}
bool isOfRetirement(uintptr_t) {
  return Simulation::lastPoint() == rt::TestPoint::RetireBeforeBound;
}

bool isWord(uintptr_t Where) {
  for (Cell *C : {&X, &Y, &Z})
    if (Where == reinterpret_cast<uintptr_t>(&C->Value))
      return true;
  return false;
}

bool isTurn(uintptr_t Where) {
  return Where == reinterpret_cast<uintptr_t>(&Turns.now);
}

} // namespace stm::weak
