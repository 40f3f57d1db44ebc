//===- report/facts.cpp - recording what the report is made of --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/facts.h"

#include "base/options.h"
#include "base/port.h"

#include <cerrno>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

namespace stm::rt {

void *mapFactMemory(size_t Bytes) {
  int SavedErrno = errno;
  void *Memory = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  errno = SavedErrno;
  return Memory == MAP_FAILED ? nullptr : Memory;
}

void unmapFactMemory(void *Memory, size_t Bytes) {
  int SavedErrno = errno;
  munmap(Memory, Bytes);
  errno = SavedErrno;
}

//===----------------------------------------------------------------------===//
// The lock
//===----------------------------------------------------------------------===//

namespace {
constexpr unsigned SpinsBeforeYield = 100;
} // namespace

bool FactLock::tryLock() {
  // Acquire: pairs with the release in unlock; what the last holder wrote to
  // the tables is seen.
  return !Held.load(std::memory_order_relaxed) &&
         !Held.exchange(true, std::memory_order_acquire);
}

void FactLock::lock() {
  for (unsigned Spins = 0;; ++Spins) {
    if (tryLock())
      return;
    if (Spins < SpinsBeforeYield)
      arch::pause();
    else
      sched_yield();
  }
}

bool FactLock::lockWithPatience() {
  constexpr unsigned Attempts = 1000;
  for (unsigned I = 0; I != Attempts; ++I) {
    if (tryLock())
      return true;
    const timespec Millisecond = {0, 1000000};
    nanosleep(&Millisecond, nullptr);
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

void FactTotals::addStack(uint32_t Id, uint32_t Times) {
  if (!Id)
    return;
  for (StackSample &Sample : Stacks) {
    if (Sample.Count && Sample.Id != Id)
      continue;
    Sample.Id = Id;
    Sample.Count += Times;
    return;
  }
}

uint32_t FactTotals::mainStack() const {
  StackSample Main{0, 0};
  for (const StackSample &Sample : Stacks)
    if (Sample.Count > Main.Count)
      Main = Sample;
  return Main.Id;
}

void FactTotals::add(const FactTotals &Other) {
  Count += Other.Count;
  Ticks += Other.Ticks;
  for (const StackSample &Sample : Other.Stacks)
    addStack(Sample.Id, Sample.Count);
}

void ConflictEntry::add(const ConflictEntry &Other) {
  Totals.add(Other.Totals);
  noteAccess(Other.Address, Other.Bytes, Other.Frame);
  for (unsigned I = 0; I != NumSharings; ++I)
    Sharings[I] += Other.Sharings[I];
  for (unsigned I = 0; I != NumStoreEffects; ++I)
    Effects[I] += Other.Effects[I];
  Victims |= Other.Victims;
}

void BlockEntry::add(const BlockEntry &Other) {
  Totals.add(Other.Totals);
  Executions += Other.Executions;
  UsefulTicks += Other.UsefulTicks;
  Aborts += Other.Aborts;
  LostTicks += Other.LostTicks;
  Inevitable += Other.Inevitable;
  InevitableTicks += Other.InevitableTicks;
  WaitTicks += Other.WaitTicks;
  GcTicks += Other.GcTicks;
  Retried += Other.Retried;
  Retries.add(Other.Retries);
  Reads.add(Other.Reads);
  Writes.add(Other.Writes);
}

namespace {

bool sameBlock(const stm_site &A, const stm_site &B) {
  return A.name == B.name && A.file == B.file && A.line == B.line;
}

uint64_t mix(uint64_t Hash, uint64_t Value) {
  // The finalizer of MurmurHash3: full avalanche, so that the low bits serve.
  Hash ^= Value + 0x9e3779b97f4a7c15u;
  Hash ^= Hash >> 33;
  Hash *= 0xff51afd7ed558ccdu;
  Hash ^= Hash >> 33;
  return Hash;
}

uint64_t mix(uint64_t Hash, const stm_site &Block) {
  Hash = mix(Hash, reinterpret_cast<uintptr_t>(Block.name));
  Hash = mix(Hash, reinterpret_cast<uintptr_t>(Block.file));
  return mix(Hash, Block.line);
}

} // namespace

bool ConflictKey::operator==(const ConflictKey &O) const {
  return VictimPc == O.VictimPc && CulpritPc == O.CulpritPc && Kind == O.Kind &&
         sameBlock(Block, O.Block);
}

uint64_t ConflictKey::hash() const {
  return mix(mix(mix(static_cast<uint64_t>(Kind), VictimPc), CulpritPc), Block);
}

bool InevitableKey::operator==(const InevitableKey &O) const {
  return Reason == O.Reason && Pc == O.Pc && sameBlock(Block, O.Block);
}

uint64_t InevitableKey::hash() const {
  return mix(mix(mix(0, reinterpret_cast<uintptr_t>(Reason)), Pc), Block);
}

bool BlockKey::operator==(const BlockKey &O) const {
  return sameBlock(Block, O.Block);
}

uint64_t BlockKey::hash() const { return mix(0, Block); }

uint64_t WriterKey::hash() const { return mix(0, Pc); }

//===----------------------------------------------------------------------===//
// A thread's facts
//===----------------------------------------------------------------------===//

namespace {
constinit std::atomic<uint32_t> LastNumber{0};
} // namespace

void ThreadFacts::attach() {
  if (!number())
    Number.store(LastNumber.fetch_add(1, std::memory_order_relaxed) + 1,
                 std::memory_order_relaxed);
  ThreadPointer.store(gettid() == getpid()
                          ? InMainThread
                          : reinterpret_cast<uintptr_t>(pthread_self()),
                      std::memory_order_relaxed);
  AttachedSince.store(arch::ticks(), std::memory_order_relaxed);
}

void ThreadFacts::detach() {
  uint64_t Since = AttachedSince.load(std::memory_order_relaxed);
  if (!Since)
    return;
  AttachedBefore.bump(arch::ticks() - Since);
  AttachedSince.store(0, std::memory_order_relaxed);
}

uint64_t ThreadFacts::attachedTicks() const {
  uint64_t Since = AttachedSince.load(std::memory_order_relaxed);
  return AttachedBefore.get() + (Since ? arch::ticks() - Since : 0);
}

void ThreadFacts::resetInChild() {
#define STM_COUNTER(Field, Name) Counts.Field.reset();
#include "report/counters.inc"
  for (Counter *C :
       {&Counts.Unrecorded, &Counts.LostTicks, &Counts.InevitableTicks,
        &Counts.WaitTicks, &Counts.GcTicks})
    C->reset();
  Sampler = {};
  Conflicts.clear();
  Inevitables.clear();
  Blocks.clear();
  Writers.clear();
  OtherConflicts = {};
  OtherInevitables = {};
  OtherBlocks = {};
  Events.clear();
  AttachedBefore.reset();
  if (AttachedSince.load(std::memory_order_relaxed))
    attach();
  Recording.store(false, std::memory_order_relaxed);
  Lock.reset();
}

/// Keeps a signal handler from recording while its thread does (rule 3), and
/// errno as it was.
class RecordingScope {
public:
  explicit RecordingScope(ThreadFacts &Facts)
      : Facts(Facts), SavedErrno(errno),
        Outermost(!Facts.Recording.load(std::memory_order_relaxed)) {
    if (Outermost)
      Facts.Recording.store(true, std::memory_order_relaxed);
    // Only against the compiler: the handler runs on this thread.
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  ~RecordingScope() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (Outermost)
      Facts.Recording.store(false, std::memory_order_relaxed);
    errno = SavedErrno;
  }
  RecordingScope(const RecordingScope &) = delete;
  RecordingScope &operator=(const RecordingScope &) = delete;

  explicit operator bool() const { return HasReports && Outermost; }

private:
  ThreadFacts &Facts;
  int SavedErrno;
  bool Outermost;
};

namespace {

ConflictKey keyOf(const ConflictFact &Fact) {
  return {Fact.VictimPc, Fact.CulpritPc, Fact.Block, Fact.Kind};
}

/// One in so many conflicts looks for the function of a stack's variable.
constexpr uint64_t LooksForFrame = 8;

/// Unwinding costs some microseconds a frame, so it happens for the first few
/// facts of an entry and then when their count is a power of two.
template <class EntryT> bool wantsStack(const EntryT *Entry) {
  uint64_t Count = Entry ? Entry->Totals.Count : 0;
  uint64_t Samples = static_cast<uint64_t>(options().StackSamples);
  return Samples && (Count < Samples || (Count & (Count - 1)) == 0);
}

} // namespace

namespace {

/// With the lock.
BlockEntry &blockOf(ThreadFacts &Facts, const stm_site &Block) {
  BlockEntry *Entry = Facts.Blocks.findOrInsert({Block});
  if (!Entry)
    return Facts.OtherBlocks;
  if (!Entry->Totals.Count)
    Entry->Totals.Count = 1; // In use from here on.
  return *Entry;
}

} // namespace

void sampleConflict(ThreadFacts &Facts, ConflictFact &Fact) {
  RecordingScope Scope(Facts);
  if (!Scope)
    return;
  // Without the lock: only the owner writes, and this is the owner.
  const ConflictEntry *Entry = Facts.Conflicts.find(keyOf(Fact));
  if (wantsStack(Entry)) {
    Fact.Stack = captureStack(Fact.VictimPc);
    if (Fact.Address)
      Fact.Frame = findFrame(Fact.Address);
  } else if (Fact.Address && Entry &&
             Entry->Totals.Count % LooksForFrame == 0) {
    // Perhaps nobody waited as yet.
    Fact.Frame = findWaitingFrame(Fact.Address);
  }
}

void recordConflict(ThreadFacts &Facts, const ConflictFact &Fact) {
  RecordingScope Scope(Facts);
  if (!Scope) {
    Facts.Counts.Unrecorded.bump();
    return;
  }
  Facts.Lock.lock();
  ConflictEntry *Entry = Facts.Conflicts.findOrInsert(keyOf(Fact));
  FactTotals &Totals = Entry ? Entry->Totals : Facts.OtherConflicts;
  Totals.Count += 1;
  Totals.Ticks += Fact.LostTicks;
  if (Entry) {
    Totals.addStack(Fact.Stack);
    Entry->noteAccess(Fact.Address, Fact.Bytes, Fact.Frame);
    Entry->Sharings[static_cast<unsigned>(Fact.Shares)] += 1;
    Entry->Effects[static_cast<unsigned>(Fact.Effect)] += 1;
    Entry->Victims |= uint64_t{1} << (Facts.number() % 64);
  }
  BlockEntry &Block = blockOf(Facts, Fact.Block);
  if (!isIntended(Fact.Kind))
    Block.Aborts += 1;
  Block.LostTicks += Fact.LostTicks;
  if (options().wantsTimeline() && Fact.Began)
    Facts.Events.add({Fact.Began, Fact.Ended, Fact.Block, Fact.VictimPc,
                      Fact.CulpritThread, EventKind::Abort});
  Facts.Counts.LostTicks.bump(Fact.LostTicks);
  Facts.Lock.unlock();
}

uint32_t sampleInevitable(ThreadFacts &Facts, const char *Reason, uintptr_t Pc,
                          const stm_site &Block) {
  RecordingScope Scope(Facts);
  // Without the lock, as above.
  if (!Scope || !wantsStack(Facts.Inevitables.find({Reason, Pc, Block})))
    return 0;
  return captureStack(Pc);
}

void recordInevitable(ThreadFacts &Facts, const char *Reason, uintptr_t Pc,
                      const stm_site &Block, uint64_t Ticks, uint32_t Stack) {
  RecordingScope Scope(Facts);
  if (!Scope) {
    Facts.Counts.Unrecorded.bump();
    return;
  }
  Facts.Lock.lock();
  InevitableEntry *Entry = Facts.Inevitables.findOrInsert({Reason, Pc, Block});
  FactTotals &Totals = Entry ? Entry->Totals : Facts.OtherInevitables;
  Totals.Count += 1;
  Totals.Ticks += Ticks;
  if (Entry)
    Totals.addStack(Stack);
  BlockEntry &InBlock = blockOf(Facts, Block);
  InBlock.Inevitable += 1;
  InBlock.InevitableTicks += Ticks;
  Facts.Counts.InevitableTicks.bump(Ticks);
  Facts.Sampler.noteHeld(Ticks);
  if (options().wantsTimeline()) {
    uint64_t Now = arch::ticks();
    Facts.Events.add({Now - Ticks, Now, Block, 0, 0, EventKind::Inevitable});
  }
  Facts.Lock.unlock();
}

void recordExecution(ThreadFacts &Facts, const ExecutionFact &Fact) {
  RecordingScope Scope(Facts);
  if (!Scope) {
    Facts.Counts.Unrecorded.bump();
    return;
  }
  Facts.Lock.lock();
  BlockEntry &Block = blockOf(Facts, Fact.Block);
  if (Fact.Retries) {
    Block.Retried += 1;
    Block.Retries.add(Fact.Retries);
  }
  if (Fact.IsSample) {
    BlockSampler::Sample S =
        Facts.Sampler.take(Fact.Ended - Fact.Began, Facts.Counts.Updates.get(),
                           Facts.Counts.ReadOnly.get());
    Block.Totals.Count += 1;
    Block.Totals.Ticks += S.Ticks;
    Block.Executions += S.Weight;
    Block.UsefulTicks += S.Weight * S.Ticks;
    if (Fact.HasSets) {
      Block.Reads.add(Fact.Reads, S.Weight);
      Block.Writes.add(Fact.Writes, S.Weight);
    }
    if (options().wantsTimeline())
      Facts.Events.add(
          {Fact.Began, Fact.Ended, Fact.Block, 0, 0, EventKind::Commit});
  }
  Facts.Lock.unlock();
}

void recordWait(ThreadFacts &Facts, const stm_site &Block, uint64_t Began,
                uint64_t Ended) {
  Facts.Counts.WaitTicks.bump(Ended - Began);
  RecordingScope Scope(Facts);
  if (!Scope)
    return;
  Facts.Lock.lock();
  blockOf(Facts, Block).WaitTicks += Ended - Began;
  if (options().wantsTimeline())
    Facts.Events.add({Began, Ended, {}, 0, 0, EventKind::Waiting});
  Facts.Lock.unlock();
}

void recordCollection(ThreadFacts &Facts, const stm_site &Block,
                      uint64_t Ticks) {
  Facts.Counts.GcTicks.bump(Ticks);
  RecordingScope Scope(Facts);
  if (!Scope)
    return;
  Facts.Lock.lock();
  blockOf(Facts, Block).GcTicks += Ticks;
  Facts.Lock.unlock();
}

void recordWriter(ThreadFacts &Facts, uintptr_t Pc, const stm_site &Block) {
  RecordingScope Scope(Facts);
  if (!Scope)
    return;
  // Without the lock: only the owner writes, and this is the owner.
  if (Facts.Writers.size() == ThreadFacts::MaxWriters ||
      Facts.Writers.find({Pc}))
    return;
  uint32_t Stack = options().StackSamples ? captureStack(0) : 0;
  Facts.Lock.lock();
  if (WriterEntry *Entry = Facts.Writers.findOrInsert({Pc})) {
    Entry->Totals.Count = 1;
    Entry->Totals.addStack(Stack);
    Entry->Block = Block;
  }
  Facts.Lock.unlock();
}

} // namespace stm::rt
