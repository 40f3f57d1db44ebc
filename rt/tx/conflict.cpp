//===- tx/conflict.cpp - what happens when attempts collide -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/check.h"
#include "base/options.h"
#include "base/test_point.h"
#include "report/own_code.h"
#include "tx/asan.h"
#include "tx/culprit.h"
#include "tx/exclusive.h"
#include "tx/registry.h"
#include "tx/signal_handler.h"
#include "version/read_guards.h"

#include <algorithm>
#include <ctime>
#include <sys/syscall.h>
#include <unistd.h>

namespace stm::rt {

namespace {

/// After a conflict so many attempts are timed: whether they are rolled back
/// isn't known before. Of short ones the next alone, from which follows what
/// was lost: to time one costs some 50 ns.
uint32_t timedAfterConflict(const ThreadFacts &Facts) {
  constexpr uint64_t Short = 7500; // Ticks.
  if (!HasReports)
    return 0;
  return Facts.Counts.Aborts.get() <= 64 || Facts.Sampler.average() >= Short
             ? 256
             : 1;
}

/// Looking at what the culprit has written takes some system calls.
bool wantsCulprit(uint64_t Aborts) {
  return HasReports && (Aborts <= 64 || Aborts % 64 == 0);
}

uint64_t nextRandom(uint64_t &State) { // xorshift64 (Marsaglia 2003)
  State ^= State << 13;
  State ^= State >> 7;
  State ^= State << 17;
  return State;
}

/// Rollbacks of a transaction after which it backs off by spinning.
constexpr uint32_t SpinningAttempts = 8;

/// A snapshot has to wait for whoever has taken a lock before it began, like
/// anybody else, and all who write meanwhile do more for it; that may be long,
/// if the lock's owner isn't running. So a lock in the way is no reason to
/// begin one, but once in so many rollbacks: it may be another lock each time.
constexpr uint32_t LockFailuresThatCount = 8;
bool isForLock(ConflictKind Kind) {
  return Kind == ConflictKind::ReadLocked || Kind == ConflictKind::WriteLocked;
}

/// As a plain system call: nanosleep() would be a point where pthread_cancel
/// ends the thread.
void sleepFor(uint64_t Nanoseconds) {
  timespec Time = {0, static_cast<long>(Nanoseconds)};
  syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &Time, nullptr);
}

} // namespace

void Tx::conflict(ConflictKind Kind, const void *Where, Orec *With,
                  uintptr_t Pc, size_t Bytes) {
  WriterNote Writer = With ? With->writer() : WriterNote(0);
  if (Kind == ConflictKind::Inevitable && Guards.isUp())
    Writer = WriterNote(Guards.culpritPc());
  // While it holds the lock.
  Tx *Owner = With ? ownerOf(With->load()) : nullptr;
  if (Owner == this)
    Owner = nullptr;
  CulpritView View;
  if (Owner && Where && With == &orecOf(Where)) {
    View.Shares = sharingOf(Writer, reinterpret_cast<uintptr_t>(Where), Bytes);
    if (wantsCulprit(Facts.Counts.Aborts.get())) {
      CulpritView Seen = lookAtCulprit(
          *Owner, *With, reinterpret_cast<uintptr_t>(Where), Bytes);
      if (Seen.Shares != Sharing::Unknown)
        View = Seen;
    }
  }
  // What the program's deallocators do during the rollback may itself run a
  // transaction on this thread.
  leaveAllScopes();
  Checkpoint Back = Resume;
  uint32_t Failures = ReadFailures;
  rollBack();
  if (isForLock(Kind) && (Attempts + 1) % LockFailuresThatCount != 0)
    ReadFailures = Failures;
  noteRollback(Kind, {Where, Bytes}, With, Writer, programPc(Pc));
  if (Culprit.Fact.Shares == Sharing::Unknown)
    Culprit.Fact.Shares = View.Shares;
  if (View.Effect != StoreEffect::Unknown)
    Culprit.Fact.Effect = View.Effect;
  Culprit.Fact.CulpritThread = Owner ? Owner->Facts.number() : 0;
  tellAsanOfLeaving();
  Resume = Back;
  resumeCheckpoint(Resume, 1);
}

void Tx::outOfLogMemory(uintptr_t Pc) {
  if (IsBeside)
    reportOutOfMemory("what an inevitable transaction has to remember", 0);
  StartInevitable = true;
  StartAs = Company::Alone;
  StartAlone = false;
  InevitableReason = "the transaction's log could not grow";
  InevitablePc = Pc;
  conflict(ConflictKind::Resources, nullptr, nullptr, Pc);
}

void Tx::noteRollback(ConflictKind Kind, Access What, Orec *With,
                      WriterNote Writer, uintptr_t Pc) {
  uint64_t Now = arch::ticks();
  settlePendingConflict(Now);
  ++Attempts;
  Facts.Counts.Aborts.bump();
  LastAbort.kind = static_cast<stm_abort_kind>(Kind);
  LastAbort.attempts = Attempts;
  LastAbort.block = siteOrNone(); // Asked for after the block, it may be gone.
  LastAbort.address = What.Where;
  LastAbort.victim_pc = reinterpret_cast<const void *>(Pc);
  LastAbort.culprit_pc = reinterpret_cast<const void *>(Writer.pc());

  Culprit.Pending = true;
  Culprit.NeedsTime = BeganAt == 0;
  // A failed validation knows which orec is stale, not which code had read it.
  bool ReaderUnknown = Kind == ConflictKind::Validation && With;
  Culprit.NeedsReader = ReaderUnknown && wantsReader();
  Culprit.OrecIndex =
      With ? static_cast<uint32_t>(With - OrecTable) : uint32_t{0};
  Culprit.Writer = Writer;
  ConflictFact &Fact = Culprit.Fact;
  Fact = {};
  Fact.Kind = Kind;
  // Another access than that of the stale read may have found out.
  if (!With || With == &orecOf(What.Where)) {
    Fact.Address = reinterpret_cast<uintptr_t>(What.Where);
    Fact.Bytes = static_cast<uint32_t>(What.Bytes);
  }
  Fact.VictimPc = ReaderUnknown ? 0 : Pc;
  Fact.CulpritPc = Writer.pc();
  Fact.Block = siteOrNone();
  Fact.LostTicks = BeganAt ? Now - BeganAt : 0;
  Fact.Began = BeganAt;
  Fact.Ended = Now;
  LostByLastAbort = Fact.LostTicks;
  if (ReaderUnknown)
    compareWatched();
  if (Fact.VictimPc)
    sampleConflict(Facts, Fact);
  TimedAttempts = timedAfterConflict(Facts);
  IsUnusual = true;
}

/// Finding out which code had read a stale orec makes all reads of the next
/// attempt slow: done for a block's first rollbacks, then for some.
bool Tx::wantsReader() {
  if (!HasReports)
    return false;
  constexpr uint8_t Most = 64;
  // Two that share a place share what it allows.
  uint8_t &Wanted =
      ReadersWanted[(Site ? Site->line : 0) % sizeof(ReadersWanted)];
  if (Wanted != Most) {
    ++Wanted;
    return true;
  }
  return Facts.Counts.Aborts.get() % 64 == 0;
}

void Tx::noteLeaving(ConflictKind Kind, uintptr_t Pc) {
  ConflictFact Fact = {};
  Fact.Kind = Kind;
  Fact.VictimPc = programPc(Pc);
  Fact.Block = siteOrNone();
  Fact.Began = BeganAt;
  Fact.Ended = arch::ticks();
  Fact.LostTicks = BeganAt ? Fact.Ended - BeganAt : 0;
  recordConflict(Facts, Fact);
  TimedAttempts = timedAfterConflict(Facts);
}

/// With the newest failed validation.
void Tx::compareWatched() {
  if (!Watched.Address || Watched.OrecIndex != Culprit.OrecIndex)
    return;
  uint64_t Now = 0;
  if (sharingOf(Culprit.Writer, Watched.Address, Watched.Bytes) ==
          Sharing::SameBytes &&
      copyIfMapped(&Now, Watched.Address, Watched.Bytes))
    Culprit.Fact.Effect =
        Now == Watched.Value ? StoreEffect::Silent : StoreEffect::Changed;
  Watched.Address = 0;
}

void Tx::lookAtSets(ExecutionFact &Fact, WritersOfSample &Writers) {
  Fact = {};
  Fact.Block = siteOrNone();
  Fact.IsSample = IsSample;
  Fact.Began = BeganAt;
  Fact.Retries = Attempts;
  Fact.Reads = static_cast<uint32_t>(Reads.size());
  Fact.Writes = static_cast<uint32_t>(Locks.size());
  Fact.HasSets = isRevocable();
  if (!IsSample)
    return;
  auto Note = [&](uint32_t Index) {
    Writers.Pcs[Writers.Count++] = OrecTable[Index].writer().pc();
  };
  if (!Facts.Sampler.isEarly()) {
    // By turns: each is looked up in a table.
    if (!Locks.empty())
      Note(*(Locks.begin() + Facts.Sampler.taken() % Locks.size()));
    return;
  }
  // The first locks are those that others wait for longest.
  for (uint32_t Index : Locks) {
    Note(Index);
    if (Writers.Count == WritersOfSample::Most)
      return;
  }
}

void Tx::waitForExclusiveEnd() {
  uint64_t Began = arch::ticks();
  inWait(*this, [this] { waitWhileExclusive(*this); });
  recordWait(Facts, siteOrNone(), Began, arch::ticks());
}

void Tx::noteReader(const void *Address, const void *Value, size_t Bytes,
                    Orec &Read, uintptr_t Pc) {
  if (&Read != &OrecTable[Culprit.OrecIndex])
    return;
  Culprit.NeedsReader = false;
  Culprit.Fact.VictimPc = programPc(Pc);
  auto At = reinterpret_cast<uintptr_t>(Address);
  Culprit.Fact.Address = At;
  Culprit.Fact.Bytes = static_cast<uint32_t>(Bytes);
  Culprit.Fact.Shares = sharingOf(Culprit.Writer, At, Bytes);
  if (Bytes <= sizeof(Watched.Value)) {
    Watched = {At, Culprit.OrecIndex, static_cast<uint32_t>(Bytes), 0};
    memcpy(&Watched.Value, Value, Bytes);
  }
  sampleConflict(Facts, Culprit.Fact);
  setReadBound(boundOf(Snapshot)); // Reads are fast again.
}

void Tx::settlePendingConflict(uint64_t Now) {
  if (!Culprit.Pending)
    return;
  Culprit.Pending = false;
  Culprit.NeedsReader = false;
  if (Culprit.NeedsTime && BeganAt)
    Culprit.Fact.LostTicks += Now - BeganAt;
  LostByLastAbort = Culprit.Fact.LostTicks;
  recordConflict(Facts, Culprit.Fact);
}

void Tx::backOff() {
  STM_TEST_POINT(RolledBack);
  if (StartInevitable)
    return;
  const Options &O = options();
  if (WaitsForInevitable) {
    uint64_t Began = arch::ticks();
    WaitsForInevitable = false;
    ++Forgiven; // Nobody starves it.
    waitForTokensHolder(*this, InevitablePeriod);
    Culprit.Fact.LostTicks += arch::ticks() - Began;
    return;
  }
  uint32_t Conflicts = Attempts - Forgiven;
  if (Conflicts >= uint64_t(O.InevitableAfter) && !Guards.isUp()) {
    // Others may keep colliding with it for ever: it runs alone, once.
    return startAlone("rolled back too often", 0);
  }
  uint64_t Began = arch::ticks();
  if (Conflicts <= SpinningAttempts) {
    // A random time, doubling, so that transactions that keep meeting part.
    uint64_t Most = std::min(uint64_t(O.BackoffMin) << (Conflicts - 1),
                             uint64_t(O.BackoffMax));
    for (uint64_t I = Most ? nextRandom(Random) % Most : 0; I; --I)
      arch::pause();
  } else {
    // Whoever it collides with may be waiting for this core, for a time slice.
    uint64_t Most = uint64_t{20000}
                    << std::min(Conflicts - SpinningAttempts, uint32_t{6});
    sleepFor(nextRandom(Random) % Most);
  }
  if (Culprit.Pending) // Waiting is lost time too.
    Culprit.Fact.LostTicks += arch::ticks() - Began;
}

} // namespace stm::rt
