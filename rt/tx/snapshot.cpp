//===- tx/snapshot.cpp - attempts that read as of a snapshot --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// version/README.md is the protocol.
//
//===----------------------------------------------------------------------===//

#include "base/check.h"
#include "base/wait.h"
#include "gc/compact.h"
#include "gc/deferred_frees.h"
#include "gc/history.h"
#include "tx/asan.h"
#include "tx/barriers.h"
#include "tx/exclusive.h"
#include "tx/read_as_of.h"
#include "tx/registry.h"
#include "tx/tsan.h"

#include <algorithm>
#include <iterator>
#include <pthread.h>

namespace stm::rt {

void Tx::beginSnapshot(SnapshotMode How) {
  EhAtBegin = *Eh;
  for (;;) {
    // Commits wait for one that isn't declared, as for any attempt. (8) comes
    // before the full fence in announce(), with a bound that may be a little
    // low.
    if (How != SnapshotMode::Declared)
      Slot.store(Clock.now(), std::memory_order_release);
    Reader.announce();
    // (12) Before the clock is read: what ran exclusively is visible, and its
    // timestamp is not above the snapshot.
    if (STM_LIKELY(!ExclusiveFlag.load(std::memory_order_acquire) ||
                   holdsToken(*this)) ||
        STM_MUTATION(BeginIgnoresExclusive))
      break;
    Reader.end();
    Slot.store(Idle, std::memory_order_release); // (10)
    waitForExclusiveEnd();
  }
  STM_TEST_POINT(SnapshotAnnounced);
  Snapshot = Clock.now();
  checkClock(Snapshot);
  STM_TEST_POINT(SnapshotBeforePublish);
  Reader.describe(Site, arch::ticks());
  Reader.publish(Snapshot);
  setKeepsReads(STM_MUTATION(VouchedForSnapshots));
  Reads.clear();
  setReadBound(boundOf(Snapshot));
  BeganAt = 0;
  Snap = How;
  std::fill(std::begin(LoggedFrames), std::end(LoggedFrames), LoggedPiece{});
  InTransaction = true;
  SlowWrites = true;
  Mode = How == SnapshotMode::Tracked ? ReadMode::Logged : ReadMode::Unlogged;
  tellTsanOfBegin();
}

void Tx::endSnapshot() {
  Past.forget();
  Snap = SnapshotMode::None;
  Reader.end();
  // It may have been the last one that frees waited for.
  if (hasDeferredFrees())
    HasWork = MustCollect = true;
  noteSnapshotEnd(Reader);
}

bool Tx::readVersion(const void *Address, void *Value, size_t Bytes,
                     uintptr_t Pc) {
  // Its own memory has no past that it may see: the block's former life.
  if (STM_UNLIKELY(isOwnFrame(Address) || Captured.contains(Address)))
    return true;
  switch (readAsOf(*this, Address, Value, Bytes)) {
  case VersionRead::Done:
    return true;
  case VersionRead::Again:
    awaitCompaction(orecOf(Address));
    return false; // The caller waits a little.
  case VersionRead::Withdrawn:
    break;
  }
  if (Attempts) {
    // Again it has taken more than there is: it gets through alone.
    startAlone("its versions took more than memory_limit_mb", Pc);
  }
  conflict(ConflictKind::MemoryLimit, Address, nullptr, Pc);
}

bool Tx::isCallersFrame(const void *Address) {
  auto At = reinterpret_cast<uintptr_t>(Address);
  if (At < Resume.Sp)
    return false;
  return findStack() && At < StackEnd;
}

bool Tx::findStack() {
  if (StackEnd)
    return true;
  pthread_attr_t Attributes;
  void *Lowest;
  size_t Bytes;
  if (pthread_getattr_np(pthread_self(), &Attributes) != 0)
    return false;
  pthread_attr_getstack(&Attributes, &Lowest, &Bytes);
  pthread_attr_destroy(&Attributes);
  StackBegin = reinterpret_cast<uintptr_t>(Lowest);
  StackEnd = StackBegin + Bytes;
  return true;
}

Tx::FrameRange Tx::deadFrames() {
  uintptr_t Sp = arch::stackLimit();
  // Not from the stack pointer on: while an exception is handled it lies above
  // the frames that have been left, and ours lie where those were. On a stack
  // of the program's own that is as much as is known.
  if (findStack() && Sp >= StackBegin && Sp < StackEnd)
    return {StackBegin, Resume.Sp};
  return {Sp, Resume.Sp};
}

void Tx::logCallersFrame(void *Address, size_t Bytes, uintptr_t Pc) {
  auto *At = static_cast<char *>(Address);
  while (Bytes) {
    size_t Piece = std::min(Bytes, size_t{8});
    LoggedPiece &Known = LoggedFrames[reinterpret_cast<uintptr_t>(At) / 8 %
                                      std::size(LoggedFrames)];
    if (Known.Address != At || Known.Bytes < Piece) {
      while (!Undo.hasRoom(Piece))
        if (!Undo.grow(/*Versioned=*/false))
          outOfLogMemory(Pc);
      UndoRecord *Record = Undo.append(At, Piece, OrecWord(0));
      memcpy(reinterpret_cast<char *>(Record) - UndoRecord::payload(Piece), At,
             Piece);
      Known = {At, Piece};
    }
    At += Piece;
    Bytes -= Piece;
  }
}

bool Tx::storesPlainly(void *Address, size_t Bytes, uintptr_t Pc) {
  const void *Place = placeOnStack(Address);
  if (isOwnFrame(Place) || Captured.contains(Address) || isDirect())
    return true;
  if (IsBeside)
    return false;
  switch (Snap) {
  case SnapshotMode::Declared:
    if (isCallersFrame(Place)) {
      // Its result, for one. Nobody else sees it; should the snapshot start
      // again, it is put back.
      logCallersFrame(Address, Bytes, Pc);
      return true;
    }
    reportUsageErrorWriteInSnapshot(Site, Address, Pc);
  case SnapshotMode::Tracked:
    stopTracking(Pc);
    return false;
  case SnapshotMode::Undeclared:
  case SnapshotMode::None:
    break;
  }
  // Proven to be read-only, yet it writes: a body that another file's weak
  // definition replaced, say.
  Kind = TxKind::Update;
  WroteAfterAll = true;
  conflict(ConflictKind::Validation, nullptr, nullptr, Pc);
}

void Tx::stopTracking(uintptr_t Pc) {
  // It writes after all. What it has read must be what is there now: from here
  // on it is an ordinary update.
  Orec *Stale = nullptr;
  WroteAfterAll = true; // As a snapshot it would fail again.
  if (!extendSnapshot(Stale))
    conflict(ConflictKind::Validation, nullptr, Stale, Pc);
  endSnapshot();
  Captured.clear();
  SlowWrites = false;
}

bool Tx::noteAllocation(const AllocatedBlock &Block, size_t Bytes) {
  if (STM_UNLIKELY(Snap != SnapshotMode::None)) {
    Past.forget();
    if (!Captured.add(Block.Block, Bytes))
      return false;
  }
  AllocatedBlock Note = Block;
  Note.Bytes = Bytes;
  return Allocations.noteAllocation(Note);
}

bool Tx::noteFree(const AllocatedBlock &Block, uintptr_t Pc) {
  if (STM_UNLIKELY(!isLogged() || Snap != SnapshotMode::None)) {
    // Its own, nobody else has seen it; anybody else's is as good as written.
    AllocatedBlock Note;
    if (Captured.remove(Block.Block) &&
        Allocations.takeAllocation(Block.Block, Note)) {
      Block.release();
      return true;
    }
    storesPlainly(Block.Block, 1, Pc);
  }
  return Allocations.noteFree(Block);
}

void Tx::linkSoFar() {
  if (Versioned || Locks.empty())
    return;
  Undo.status().startInFlight();
  linkAll();
  SlowWrites = true;
  for (uint32_t Index : Locks)
    OrecTable[Index].markLinked(MyLock);
}

} // namespace stm::rt
