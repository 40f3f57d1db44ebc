//===- tx/scope.cpp - inner blocks that can be undone alone ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/scope.h"

#include "base/check.h"
#include "tx/asan.h"
#include "tx/barriers.h"
#include "tx/cxa.h"
#include "tx/survivors.h"
#include "tx/uninstrumented.h"

#include <cxxabi.h>

namespace stm::rt {

namespace {

/// Inner blocks are scopes: the program cancels some. Relaxed: who sees it late
/// runs an attempt again.
constinit std::atomic<bool> NestingIsClosed{false};

/// While an inner block runs that has no mark, however it is left.
class FlatBlock {
public:
  explicit FlatBlock(Tx &Self) : Self(Self) { ++Self.FlatDepth; }
  ~FlatBlock() { --Self.FlatDepth; }
  FlatBlock(const FlatBlock &) = delete;
  FlatBlock &operator=(const FlatBlock &) = delete;

private:
  Tx &Self;
};

Outcome runFlat(Tx &Self, Body Function, void *Arg) {
  FlatBlock Counted(Self);
  Function(Arg);
  return Outcome::Done;
}

/// Direct: there is nothing to undo, or the code can't be.
bool runsDirect(Tx &Self, Body Original, Body Clone, void *Arg, uintptr_t Pc) {
  if (!Clone)
    Self.becomeInevitable(kUninstrumentedReason, Pc);
  if (!Self.isDirect())
    return false;
  runInnerDirectly(Self, Original, Arg);
  return true;
}

/// A scope while it is the innermost one; an exception, or the end of the
/// thread, leaves it like its end does.
class OpenScope {
public:
  OpenScope(Tx &Self, bool CatchesRetry) : Self(Self) {
    Mark.CatchesRetry = CatchesRetry;
    Self.pushScope(Mark);
  }
  ~OpenScope() {
    Self.Foreign.drop(Mark.Foreign);
    Self.popScope(Mark);
  }
  OpenScope(const OpenScope &) = delete;
  OpenScope &operator=(const OpenScope &) = delete;

private:
  Tx &Self;
  Scope Mark;
};

Outcome runOpen(Tx &Self, Body Clone, void *Arg, bool CatchesRetry) {
  OpenScope Mark(Self, CatchesRetry);
  return static_cast<Outcome>(enterCheckpoint(Self.Resume, Clone, Arg));
}

/// An exception undoes the scope and goes on.
Outcome runOpenCatching(Tx &Self, Body Clone, void *Arg) {
  OpenScope Mark(Self, /*CatchesRetry=*/false);
  try {
    return static_cast<Outcome>(enterCheckpoint(Self.Resume, Clone, Arg));
  } catch (const abi::__forced_unwind &) {
    throw; // The thread ends: the block commits, as any other.
  } catch (...) {
    if (!Self.isRevocable())
      reportUsageErrorInevitable("an exception that cancels a block", Self.Site,
                                 Self.InevitableReason, Self.InevitablePc);
    Self.undoInnermostForThrow();
    throw;
  }
}

Outcome runCatching(Tx &Self, Body Original, Body Clone, void *Arg,
                    uintptr_t Pc) {
  if (Clone && !Self.isDirect() && Self.canBeMarked())
    return runOpenCatching(Self, Clone, Arg);
  try {
    return runsDirect(Self, Original, Clone, Arg, Pc)
               ? Outcome::Done
               : runFlat(Self, Clone, Arg);
  } catch (const abi::__forced_unwind &) {
    throw;
  } catch (...) {
    if (Self.Plain.Leaves)
      throw;
    if (!Self.isRevocable())
      reportUsageErrorInevitable("an exception that cancels a block", Self.Site,
                                 Self.InevitableReason, Self.InevitablePc);
    Self.runAsOrdinary(Pc);
  }
}

} // namespace

Outcome runInner(Tx &Self, Body Original, Body Clone, void *Arg, uintptr_t Pc) {
  if (runsDirect(Self, Original, Clone, Arg, Pc))
    return Outcome::Done;
  if (!NestingIsClosed.load(std::memory_order_relaxed) || !Self.canBeMarked())
    return runFlat(Self, Clone, Arg);
  return runOpen(Self, Clone, Arg, /*CatchesRetry=*/false);
}

Outcome runScope(Tx &Self, Body Original, Body Clone, void *Arg,
                 unsigned Catches, uintptr_t Pc) {
  if (Catches & STM_CATCH_THROW)
    return runCatching(Self, Original, Clone, Arg, Pc);
  if (Self.isDirect() && Catches & STM_CATCH_RETRY)
    return runAlternativeDirectly(Self, Original, Arg) ? Outcome::Retried
                                                       : Outcome::Done;
  if (runsDirect(Self, Original, Clone, Arg, Pc))
    return Outcome::Done;
  if (!Self.canBeMarked())
    return runFlat(Self, Clone, Arg);
  return runOpen(Self, Clone, Arg, Catches & STM_CATCH_RETRY);
}

bool Tx::canBeMarked() {
  // A snapshot that is one by itself may as well be none.
  if (Snap == SnapshotMode::Tracked)
    stopTracking(0);
  return isLogged() && !IsBeside;
}

void Tx::pushScope(Scope &S) {
  if (!Counts.mark(S.Counts))
    outOfLogMemory(0);
  S.Outer = Innermost;
  S.OuterResume = Resume;
  S.OuterFlatDepth = FlatDepth;
  S.OuterKept = Allocations.kept();
  S.Eh = *Eh;
  CxaException *Handled = CxaException::caught(Eh->Caught);
  S.HandlerCount = Handled ? Handled->HandlerCount : 0;
  S.Undo = Undo.mark();
  S.Allocations = Allocations.mark();
  S.Locked = Locked.mark();
  S.Hooks = Hooks.mark();
  S.Output = Output.mark();
  S.Foreign = Foreign.size();
  Allocations.keepBelow(S.Allocations);
  FlatDepth = 0;
  Innermost = &S;
}

void Tx::popScope(Scope &S) {
  Counts.release(S.Counts);
  Innermost = S.Outer;
  Resume = S.OuterResume;
  FlatDepth = S.OuterFlatDepth;
  Allocations.keepBelow(S.OuterKept);
}

void Tx::undoInnermost(const Survivors &Kept) {
  const Scope &S = *Innermost;
  Undo.undo(S.Undo, [&, Dead = deadFrames()](uintptr_t Address) {
    return Dead.contains(Address) || Kept.contains(Address);
  });
  if (!Allocations.undoTo(S.Allocations,
                          [&](const void *Block) {
                            return Kept.contains(
                                reinterpret_cast<uintptr_t>(Block));
                          }) ||
      !Hooks.undoTo(S.Hooks))
    outOfLogMemory(0);
  Counts.undoTo(S.Counts);
  Locked.undoTo(S.Locked);
  Output.undoTo(S.Output);
  Foreign.destroy(S.Foreign);
}

void Tx::undoInnermostForThrow() {
  Survivors Kept;
  CxaException *Leaving = CxaException::caught(Eh->Caught);
  CxaException *Sharing = CxaException::caughtDependent(Eh->Caught);
  const void *Root = Leaving ? Leaving->object() : Sharing;
  if (Root && !Kept.find(Allocations.since(Innermost->Allocations), Root))
    outOfLogMemory(0);
  Foreign.drop(Innermost->Foreign); // It has unwound their frames.
  undoInnermost(Kept);
  if (!Sharing)
    return;
  // Its reference is one that was taken inside.
  void *Object = Sharing->Type;
  Counts.takeOver(Object);
  std::atomic<int> &References = CxaException::references(Object);
  for (const AllocatedBlock &B : Allocations.since(Innermost->Allocations))
    if (B.Block == Object) { // Nor has anybody else one any more.
      References = 1;
      return;
    }
  if (Allocations.hasAllocated(Object)) // Before: logged by the scope around.
    ++References;
}

void Tx::leaveScope(Scope &S, Outcome How) {
  while (Innermost != &S)
    popScope(*Innermost);
  undoInnermost({});
  *Eh = S.Eh;
  if (CxaException *Handled = CxaException::caught(Eh->Caught))
    Handled->HandlerCount = S.HandlerCount;
  FlatDepth = 0;
  tellAsanOfLeaving();
  resumeCheckpoint(Resume, static_cast<int>(How));
}

void Tx::leaveAllScopes() {
  while (Innermost)
    popScope(*Innermost);
  FlatDepth = 0;
}

bool Tx::isTransactionsFrame(const void *Address) const {
  uintptr_t Limit = arch::stackLimit();
  uintptr_t End = Resume.Sp;
  for (const Scope *S = Innermost; S; S = S->Outer)
    End = S->OuterResume.Sp;
  return reinterpret_cast<uintptr_t>(Address) - Limit < End - Limit;
}

size_t Tx::ownForeigns() const { return Innermost ? Innermost->Foreign : 0; }

size_t Tx::ownForeign(const void *Address) const {
  return Foreign.find(Address, ownForeigns());
}

void Tx::closeNesting() {
  NestingIsClosed.store(true, std::memory_order_relaxed);
}

} // namespace stm::rt
