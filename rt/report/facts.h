//===- report/facts.h - what the report at exit is made of ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain facts, kept per descriptor: counts, conflicts (who was rolled back
// where and because of whom), inevitable transactions, and how blocks spend
// their time. They are recorded where it is free, that is on aborts, at the end
// of inevitable transactions, and at that of some commits (block_sampler.h);
// nothing here is symbolized, and no header of sanitizer_common is needed.
//
// Thread safety. A ThreadFacts has one owner, the thread that has its
// descriptor. The counters are written by the owner alone, with plain relaxed
// stores, and read by anybody. The tables are under a spin lock, which the
// owner takes per fact and the reporter while it copies them. A descriptor that
// changes hands does so through the registry, which orders the two owners.
//
// Rules:
// 1. Descriptors are never freed, so facts survive their thread.
// 2. Memory comes from mmap, never from the program's malloc, and never grows
//    beyond the tables' bounds; what finds no room is still counted, as
//    `other`.
// 3. A signal handler that records a fact while its thread records one is
//    counted in Counters::Unrecorded and leaves no fact: the lock is not
//    recursive.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_FACTS_H
#define STM_RT_REPORT_FACTS_H

#include "report/block_sampler.h"
#include "report/fact_table.h"
#include "report/frames.h"
#include "report/spread.h"
#include "report/timeline.h"
#include "report/version_facts.h"
#include "stm/abi.h"

#include <atomic>
#include <cstdint>

struct stm_stats;

namespace stm::rt {

/// Why an attempt was rolled back; the values of enum stm_abort_kind.
enum class ConflictKind : uint8_t {
  ReadLocked = 1,
  WriteLocked,
  Validation,
  Inevitable,
  Resources,
  MemoryLimit,
  Cancelled, ///< By the program, as is the next one: no conflict, but a cost.
  Retry,
};
inline constexpr unsigned NumConflictKinds = 9; // None has a slot, always zero.

/// The program has asked for it.
inline bool isIntended(ConflictKind Kind) {
  return Kind == ConflictKind::Cancelled || Kind == ConflictKind::Retry;
}

/// What the two sides of a conflict have in common.
enum class Sharing : uint8_t {
  Unknown,
  SameBytes,
  SameStripe,    ///< Other bytes of it, as far as known.
  HashCollision, ///< Two stripes that have one ownership record.
};
inline constexpr unsigned NumSharings = 4;

/// Whether the culprit's write changed the bytes that the victim accessed.
enum class StoreEffect : uint8_t { Unknown, Changed, Silent };
inline constexpr unsigned NumStoreEffects = 3;

/// The reason given for a transaction whose body was compiled without the
/// plugin. The report adds a hint to it.
inline constexpr char kUninstrumentedReason[] = "compiled without the plugin";
/// Of a transaction that has taken locks, at its commit.
inline constexpr char kLockReason[] =
    "unlocks at its commit what it has locked";

/// One attempt that was rolled back.
struct ConflictFact {
  ConflictKind Kind;
  uintptr_t Address;       ///< What was accessed; 0: not known.
  uintptr_t VictimPc;      ///< Return address in the program; 0: at commit.
  uintptr_t CulpritPc;     ///< Of the writer; 0: not known.
  stm_site Block;          ///< The transaction that was rolled back.
  uint64_t LostTicks;      ///< From the attempt's begin to its end.
  uint32_t Stack = 0;      ///< From sampleConflict; 0: none was taken.
  uint32_t Bytes = 0;      ///< That were accessed; 0: not known.
  PlaceInFrame Frame = {}; ///< Of the address, from sampleConflict.
  Sharing Shares = Sharing::Unknown;
  StoreEffect Effect = StoreEffect::Unknown;
  uint32_t CulpritThread = 0; ///< Its ThreadFacts' number; 0: not known.
  uint64_t Began = 0;         ///< The attempt, in ticks; 0: it wasn't timed.
  uint64_t Ended = 0;
};

/// A count that one thread writes and any thread reads.
class Counter {
public:
  constexpr Counter() = default;

  /// By the owner alone: no read-modify-write, so no locked instruction.
  void bump(uint64_t By = 1) {
    Value.store(get() + By, std::memory_order_relaxed);
  }
  uint64_t get() const { return Value.load(std::memory_order_relaxed); }
  void reset() { Value.store(0, std::memory_order_relaxed); }

private:
  std::atomic<uint64_t> Value{0};
};

/// The counts of one descriptor. All but Unrecorded are the transactions' own.
/// A commit is counted once, as read-only or not: one store.
struct Counters {
#define STM_COUNTER(Field, Name) Counter Field;
#include "report/counters.inc"
  Counter Unrecorded;      ///< Facts lost to rule 3.
  Counter LostTicks;       ///< Of all conflicts.
  Counter InevitableTicks; ///< Of all inevitable transactions.
  Counter WaitTicks;       ///< Between attempts and after commits, for others.
  Counter GcTicks;
};

/// How many different stacks are kept for a fact.
inline constexpr unsigned MaxStacksPerFact = 3;

/// A stack in the store (stack_store.h), and how often it was seen.
struct StackSample {
  uint32_t Id;
  uint32_t Count;
};

/// What facts of both sorts have in common.
struct FactTotals {
  uint64_t Count;
  uint64_t Ticks;
  StackSample Stacks[MaxStacksPerFact];

  void addStack(uint32_t Id, uint32_t Count = 1);
  /// The stack seen most often; 0: none.
  uint32_t mainStack() const;
  void add(const FactTotals &Other);
};

struct ConflictKey {
  uintptr_t VictimPc;
  uintptr_t CulpritPc;
  stm_site Block;
  ConflictKind Kind;

  bool operator==(const ConflictKey &O) const;
  uint64_t hash() const;
};

struct ConflictEntry {
  using KeyType = ConflictKey;
  KeyType Key;
  FactTotals Totals;
  uintptr_t Address; ///< The newest of which most is known; 0: not known.
  uint32_t Bytes;    ///< Of that access; 0: not known.
  PlaceInFrame Frame;
  uint64_t Sharings[NumSharings];
  uint64_t Effects[NumStoreEffects];
  uint64_t Victims; ///< A bit for each thread: its number modulo 64.

  /// All but the key.
  void add(const ConflictEntry &Other);
  void noteAccess(uintptr_t At, uint32_t Size, const PlaceInFrame &In) {
    if (!At || (Frame.Pc && !In.Pc))
      return;
    Address = At;
    Bytes = Size;
    Frame = In;
  }
};

struct InevitableKey {
  const char *Reason;
  uintptr_t Pc;
  stm_site Block;

  bool operator==(const InevitableKey &O) const;
  uint64_t hash() const;
};

struct InevitableEntry {
  using KeyType = InevitableKey;
  KeyType Key;
  FactTotals Totals;

  void add(const InevitableEntry &Other) { Totals.add(Other.Totals); }
};

struct BlockKey {
  stm_site Block;

  bool operator==(const BlockKey &O) const;
  uint64_t hash() const;
};

/// How an atomic block spends its time.
struct BlockEntry {
  using KeyType = BlockKey;
  KeyType Key;
  FactTotals Totals;   ///< Of its samples: how many, and their time unweighted.
  uint64_t Executions; ///< As far as samples stand for them.
  uint64_t UsefulTicks; ///< Of as many.
  uint64_t Aborts;
  uint64_t LostTicks;
  uint64_t Inevitable;
  uint64_t InevitableTicks;
  uint64_t WaitTicks;
  uint64_t GcTicks;
  uint64_t Retried; ///< Executions that were rolled back at least once.
  Spread Retries;   ///< Of those.
  Spread Reads;     ///< Entries of the read set, of samples.
  Spread Writes;    ///< Stripes, of samples.

  void add(const BlockEntry &Other);
};

/// A line that writes, and the block that it is in.
struct WriterKey {
  uintptr_t Pc;

  bool operator==(const WriterKey &O) const { return Pc == O.Pc; }
  uint64_t hash() const;
};
struct WriterEntry {
  using KeyType = WriterKey;
  KeyType Key;
  FactTotals Totals; ///< The stacks are those of the block's entry.
  stm_site Block;

  void add(const WriterEntry &Other) { Totals.add(Other.Totals); }
};

/// A transaction that has committed: a sample, or one that was rolled back
/// before.
struct ExecutionFact {
  stm_site Block;
  bool IsSample;
  uint64_t Began; ///< The last attempt, in ticks. Of samples.
  uint64_t Ended;
  uint32_t Retries;
  uint32_t Reads;
  uint32_t Writes;
  bool HasSets; ///< Reads and Writes are known: it wasn't inevitable.
};

/// Never blocks for long: held for a table look-up, or while the reporter
/// copies a table.
class FactLock {
public:
  constexpr FactLock() = default;
  void lock();
  bool tryLock();
  /// False if it stays taken for about a second, which is so when the thread
  /// that holds it is the caller's own, interrupted by a signal.
  bool lockWithPatience();
  void unlock() { Held.store(false, std::memory_order_release); }
  /// In a fork's child: whoever held it does not exist there.
  void reset() { Held.store(false, std::memory_order_relaxed); }

private:
  std::atomic<bool> Held{false};
};

/// The facts of one descriptor. All zero is its empty state, and it needs no
/// destructor, so that it can be embedded in static and in mapped memory.
class ThreadFacts {
public:
  constexpr ThreadFacts() = default;
  ThreadFacts(const ThreadFacts &) = delete;
  ThreadFacts &operator=(const ThreadFacts &) = delete;

  Counters Counts;

  /// A thread takes the descriptor, or gives it back: the time between is what
  /// "share of time" in the report refers to.
  void attach();
  void detach();
  /// The time spent attached, until now; 0: never attached.
  uint64_t attachedTicks() const;

  /// 1 and up, in the order of first transactions. 0: has run none.
  uint32_t number() const { return Number.load(std::memory_order_relaxed); }

  /// Of the thread that has, or had, the descriptor: pthread_self(), which is
  /// at the upper end of a thread's stack, or InMainThread.
  static constexpr uintptr_t InMainThread = 1;
  uintptr_t threadPointer() const {
    return ThreadPointer.load(std::memory_order_relaxed);
  }

  /// Which of the commits are samples. The owner's.
  BlockSampler Sampler;
  bool isSampleDue() const {
    return Sampler.isDue(Counts.Updates.get(), Counts.ReadOnly.get());
  }
  /// The same on a slow path, which isn't taken again before it may be due.
  bool isSampleDueNow() {
    bool IsDue = isSampleDue();
    if (HasReports && !IsDue)
      Sampler.setWake(Counts.Updates.get(), Counts.ReadOnly.get());
    return IsDue;
  }

  static constexpr unsigned MaxConflicts = 1024;
  static constexpr unsigned MaxInevitable = 256;
  static constexpr unsigned MaxBlocks = 64;
  static constexpr unsigned MaxWriters = 256;
  using ConflictTable = FactTable<ConflictEntry, MaxConflicts>;
  using InevitableTable = FactTable<InevitableEntry, MaxInevitable>;
  using BlockTable = FactTable<BlockEntry, MaxBlocks>;
  using WriterTable = FactTable<WriterEntry, MaxWriters>;

  // What follows is under the lock.
  FactLock Lock;
  ConflictTable Conflicts;
  InevitableTable Inevitables;
  BlockTable Blocks;
  WriterTable Writers;
  FactTotals OtherConflicts{}; ///< Those that found no room.
  FactTotals OtherInevitables{};
  BlockEntry OtherBlocks{};
  Timeline Events; ///< Empty unless options().wantsTimeline().

  /// Everything as at first, but attached if it was: for a fork's child, where
  /// the lock may be held by a thread that is gone.
  void resetInChild();

private:
  friend class RecordingScope;

  std::atomic<uint32_t> Number{0};
  std::atomic<uintptr_t> ThreadPointer{0};
  std::atomic<uint64_t> AttachedSince{0}; ///< 0: not attached.
  Counter AttachedBefore;
  std::atomic<bool> Recording{false}; ///< Of the owner: see rule 3.
};

/// On the victim's stack, before it is unwound: adds the stack to the fact, and
/// whose frame the address is in, if they are wanted. They are for the first
/// few facts of a pair (options().StackSamples) and then at powers of two.
void sampleConflict(ThreadFacts &Facts, ConflictFact &Fact);

/// Any time later: what was lost is known only at the end of the next attempt.
void recordConflict(ThreadFacts &Facts, const ConflictFact &Fact);

/// For a transaction that is becoming inevitable, on its stack: the id of a
/// stack to hand to recordInevitable, or 0 if none is wanted. Bounded by
/// sampling as conflicts are.
uint32_t sampleInevitable(ThreadFacts &Facts, const char *Reason, uintptr_t Pc,
                          const stm_site &Block);

/// At the end of an inevitable transaction that was one for \p Ticks.
void recordInevitable(ThreadFacts &Facts, const char *Reason, uintptr_t Pc,
                      const stm_site &Block, uint64_t Ticks,
                      uint32_t Stack = 0);

/// At the end of a commit.
void recordExecution(ThreadFacts &Facts, const ExecutionFact &Fact);

/// After a sample's commit: code at \p Pc has written in \p Block. The first
/// time with the stack.
void recordWriter(ThreadFacts &Facts, uintptr_t Pc, const stm_site &Block);

/// The thread has waited for others, between attempts or after a commit of
/// \p Block.
void recordWait(ThreadFacts &Facts, const stm_site &Block, uint64_t Began,
                uint64_t Ended);

/// After a commit of \p Block it has collected versions.
void recordCollection(ThreadFacts &Facts, const stm_site &Block,
                      uint64_t Ticks);

/// The caller's stack from the frame that \p Pc is in (0: from the first frame
/// outside the runtime), as an id of the stack store; 0 on failure.
uint32_t captureStack(uintptr_t Pc);

/// Calls \p Visit for every descriptor's facts, those without a thread too. The
/// registry provides it; tests provide their own.
using FactsVisitor = void (*)(ThreadFacts &Facts, void *Arg);
using FactsSource = void (*)(FactsVisitor Visit, void *Arg);

/// Parses the options, starts the clock that shares of time refer to, and
/// arranges for the report at exit. Once, before the first transaction.
void initReport(FactsSource Source, VersionFactsSource Versions = nullptr);

/// Writes the report as of now, as options().Report says (`auto` and `none`
/// write a summary here: somebody asked), to where options().ReportPath says.
void writeReport(FactsSource Source, VersionFactsSource Versions = nullptr);

/// The block that code at \p Pc has been seen to write in, by any thread.
/// False: it hasn't been seen.
bool findWriter(FactsSource Source, uintptr_t Pc, stm_site &Block);

void sumCounters(FactsSource Source, stm_stats &Stats);

/// Around fork(), in its atfork handlers or what takes their place: the stack
/// store and all tables are locked meanwhile. The child starts
/// with no facts, and with its own time.
void lockFactsBeforeFork(FactsSource Source);
void unlockFactsInParent(FactsSource Source);
void resetFactsInChild(FactsSource Source);

} // namespace stm::rt

#endif // STM_RT_REPORT_FACTS_H
