//===- tx/tx.h - the transaction descriptor ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One descriptor a thread, found through a thread-local pointer. Its owner
// alone touches it, but for the slot, the facts, and what it has read, which
// who waits for the slot may look at.
//
// Modes, of a thread:
//   outside      Direct, not InTransaction. Barriers are plain accesses.
//   optimistic   InTransaction. Barriers read and lock; may be rolled back.
//   inevitable   InTransaction, and either Direct: alone, nothing is logged;
//                or IsBeside: barriers guard, lock and log, others go on.
//
// Whatever rolls back (a conflict in a barrier, a lost token) undoes, releases,
// goes idle, and leaves through the checkpoint: nothing below run.cpp returns
// to code of an attempt that has ended.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_TX_H
#define STM_RT_TX_TX_H

#include "base/checkpoint.h"
#include "base/shared_copy.h"
#include "base/spin_lock.h"
#include "mem/allocation_log.h"
#include "mem/count_log.h"
#include "mem/late_frees.h"
#include "mem/repetitions.h"
#include "report/facts.h"
#include "stm/stm.h"
#include "tx/captured.h"
#include "tx/foreign.h"
#include "tx/held_locks.h"
#include "tx/hooks.h"
#include "tx/output.h"
#include "tx/survivors.h"
#include "tx/turn.h"
#include "tx/undo_log.h"
#include "tx/waiters.h"
#include "version/lookahead.h"
#include "version/past_stripe.h"

namespace stm::rt {

/// The slot of a descriptor nobody has to wait for.
inline constexpr Timestamp Idle = ~Timestamp{0};

/// The C++ runtime's own record of exceptions (Itanium C++ ABI, exception
/// handling, 2.2.2).
struct EhGlobals {
  void *Caught;
  unsigned Uncaught;
  bool operator==(const EhGlobals &) const = default;
};

/// What the program, or the compiler for it, has said of a transaction.
enum class TxKind : uint8_t {
  Update,
  ReadOnly, ///< Proven: the body writes nothing that others can see.
  Snapshot, ///< Declared (stm::snapshot).
};

/// How the running attempt reads.
enum class ReadMode : uint8_t {
  Logged,   ///< The read set grows.
  Unfenced, ///< The same, and begin's fence is still to be made: by the first
            ///< lock, or the first read (endBegin).
  Unlogged, ///< Nothing is noted: it can't extend, nor become an update.
  Plain,    ///< Direct: not in a transaction, or inevitable.
};

/// Whom an inevitable transaction lets run meanwhile.
enum class Company : uint8_t {
  Alone,  ///< Nobody: what it does is unknown.
  Beside, ///< All who don't collide with it.
};

/// Whether it reads as of a published snapshot, versions included.
enum class SnapshotMode : uint8_t {
  None,
  Declared,   ///< Writers don't wait for it.
  Undeclared, ///< Read-only, by the compiler's proof.
  Tracked,    ///< With a read set: may become an update at its first write.
};

/// When a commit that leaves nothing else to do waits for older attempts.
enum class Waiting : uint8_t {
  AtCommit,
  Later, ///< Before the thread touches anything that they may.
};

/// Why a rolled back attempt left, and so what comes next.
enum class Ending : uint8_t {
  Conflict, ///< It backs off and runs again.
  Restart,  ///< It runs again at once, in another way.
  GaveWay,  ///< Likewise, when nobody runs alone any more.
  Settle,   ///< It waits for older attempts, then runs again.
  Cancelled,
  Retry,     ///< It sleeps, then runs again.
  LockTaken, ///< Likewise, until it finds a lock of the program's free.
};

enum class Outcome : int;
struct Scope;

/// When some attempt had first said that it is about to access memory without a
/// look at its stripe; from then on for good. Nobody stamps any more (40), but
/// attempts that are older may miss what has been stamped before.
inline constexpr Timestamp NeverUnchecked = ~Timestamp{0};
/// It is being said.
inline constexpr Timestamp SoonUnchecked = NeverUnchecked - 1;
extern STM_HIDDEN std::atomic<Timestamp> UncheckedSince;

class alignas(CacheLine) Tx {
public:
  /// Room for that many: they stay in the cache, and one in that many takes the
  /// slow path.
  static constexpr size_t UnloggedReads = 1024;

  constexpr Tx() = default;
  constexpr explicit Tx(bool IsUnusual) : IsUnusual(IsUnusual) {}

  // --- Read and written at every access --------------------------------------
  // The first line has all that a begin and an end write, but for the slot and
  // a count: stores that follow one another to one line cost less (attempt.h).
  /// What is read is as of then. After a commit what quiescence is waited for:
  /// the time of an update; 0 if it was inevitable.
  Timestamp Snapshot = 0;
  /// One more than the snapshot: a word below it may be read. 0 while every
  /// read has to take the slow path: unfenced, inevitable beside others, or see
  /// Culprit below, or somebody else has asked for an answer. (Outside of
  /// attempts, and alone, Reads has no room.) Relaxed.
  Timestamp ReadBound = 0;
  ReadMode Mode = ReadMode::Plain;
  bool InTransaction = false;
  /// Writes have more to do than lock, log and store: the attempt is versioned,
  /// should not write at all, or is none.
  bool SlowWrites = true;
  /// This attempt, or the next one, has more to do than what is inlined into
  /// runTransaction (see attempt.h): there is no descriptor yet, a conflict is
  /// pending, attempts are timed, this one is inevitable, blocks may run
  /// without barriers, or ThreadSanitizer wants to know. While it is false
  /// BeganAt and Attempts are 0.
  bool IsUnusual = false;
  /// The records are linked one by one: versioning was on at the first lock.
  bool Versioned = false;
  /// See lone.h. No other thread is registered.
  std::atomic<bool> IsLone{false};
  std::atomic<bool> InLoneStep{false};
  std::atomic<bool> InPlainBlock{false}; ///< See single_thread.h.
  /// Indices of orecs, repetitions allowed. While reads aren't logged they are
  /// put here all the same: a store costs less than to look whether to. Each
  /// attempt begins with little room. A logged one that has used it up gets all
  /// there is, any other uses the same again.
  LogVector<uint32_t, /*IsShared=*/true> Reads;
  const stm_site *Site = nullptr;

  // --- Once a write ---------------------------------------------------------
  /// What a word looks like that this attempt has locked. (Nobody's: what no
  /// word ever looks like.)
  OrecWord MyLock = OrecWord(~uint64_t{0});
  LogVector<uint32_t> Locks; ///< Indices of orecs locked by this attempt.
  UndoLog Undo;

  /// Attempts older than this may not have been waited for since a commit of
  /// this thread's; 0: they surely have. By blocks that the pass has made lazy.
  /// None of Late's blocks was freed later.
  Timestamp PendingQuiescence = 0;

  /// Where a rollback goes on.
  alignas(CacheLine) Checkpoint Resume = {};

  // --- Once a transaction ---------------------------------------------------
  /// No attempt is older, or blind to what was committed until then: this
  /// thread has looked, or has found a note of who has (quiescence.cpp).
  Timestamp QuietUpTo = 0;
  /// So many of the next commits leave no wait: this thread's transactions tell
  /// others things.
  uint32_t CommitsThatWait = 0;
  /// PendingQuiescence is an older commit's time: a look at the slots may be
  /// good for some blocks.
  bool PendingSinceRead = false;
  /// How many plain accesses have looked at stripes instead of waiting as of
  /// when.
  uint32_t Looks = 0;
  Timestamp LooksAsOf = 0;
  /// The attempt has got all the room of Reads that there is.
  bool ReadsLifted = false;
  EhGlobals *Eh = nullptr;
  EhGlobals EhAtBegin = {};
  AllocationLog Allocations;
  CountLog Counts;
  stm_site siteOrNone() const { return Site ? *Site : stm_site{}; }
  uint32_t Attempts = 0; ///< Rollbacks of this transaction so far.
  /// Runs alone from its first access on; set by what rolled it back. Unless
  /// StartAlone is set as well it is inevitable and logs nothing.
  bool StartInevitable = false;
  Company StartAs = Company::Alone; ///< With StartInevitable.
  bool IsBeside = false;
  bool KeepsToken = false; ///< Beyond the transaction: in a fork.
  /// This thread waits, between attempts or after a commit, where only a
  /// signal's handler can begin a block (inWait).
  bool Waits = false;
  /// The newest rollback was for the sake of an inevitable transaction, which
  /// may take its time.
  bool WaitsForInevitable = false;
  uint32_t InevitablePeriod = 0; ///< With it: for whom (tokenPeriod).
  /// It must still be able to cancel and to retry, until it becomes inevitable
  /// by itself.
  bool StartAlone = false;
  /// This attempt runs alone, though not inevitable (yet).
  bool Alone = false;
  Ending HowItEnded = Ending::Conflict;
  /// Those of Attempts that no conflict has ended.
  uint32_t Forgiven = 0;

  // --- Inner blocks (scope.h) -----------------------------------------------
  Scope *Innermost = nullptr;
  uint32_t FlatDepth =
      0; ///< Inner blocks without a mark, in the innermost scope.

  Repetitions<OrecCount> RepeatedReads; ///< To drop them from Reads.
  HeldLocks Locked; ///< Of the program's; while it can be rolled back.
  class Hooks Hooks;
  DeferredOutput Output;
  RetryWait Retrying;
  /// A commit has seen that threads wait in stm_retry.
  bool MustWake = false;
  /// There is something to do after the commit: collection, hooks.
  bool HasWork = false;
  bool HasCounts = false;         ///< Counts has rows.
  bool MustCollect = false;       ///< Work that it has: collection.
  Timestamp EndedSnapshot = Idle; ///< That work is this snapshot's.
  /// The place of this transaction, or of the next one, in an order of commits.
  class Turn Turn;
  LateFrees Late;
  /// Outside of transactions this thread touches nothing that they share.
  bool HasTransactionsOnly = false;
  TxKind Kind = TxKind::Update;
  SnapshotMode Snap = SnapshotMode::None;
  /// Rollbacks of this transaction before it had locked anything.
  uint32_t ReadFailures = 0;
  bool WroteAfterAll = false; ///< This transaction, as a snapshot.
  // Of an attempt that reads as of a snapshot.
  CapturedMemory Captured;
  PastStripe Past; ///< Where it has walked last, if it keeps no read set.
  Lookahead Ahead;
  /// What it has logged of its callers' frames, to log it once; by some bits of
  /// the address.
  struct LoggedPiece {
    const void *Address;
    size_t Bytes;
  };
  LoggedPiece LoggedFrames[32] = {};
  uintptr_t StackBegin = 0;
  uintptr_t StackEnd = 0; ///< Of this thread; 0: not known.
  const char *InevitableReason = nullptr;
  uintptr_t InevitablePc = 0;
  uint32_t InevitableStack = 0;
  uint64_t InevitableSince = 0;
  stm_abort_info LastAbort = {};

  /// Of block statements without the plugin (block.h): how many the thread is
  /// in, whether the first of them began the transaction, and its site then.
  uint32_t Blocks = 0;
  bool BlocksAreOutermost = false;
  stm_site BlockSite = {};
  /// Of a body without a version (uninstrumented.h).
  struct {
    bool Runs = false;   ///< The transaction is one.
    bool Leaves = false; ///< An exception takes it out, to wait.
    bool MayHaveWritten = false;
    uint32_t Depth = 0; ///< Blocks inside.
  } Plain;

  /// A clock for time lost is read at the begin of each of the next so many
  /// attempts, and then at none until a conflict: reading it costs as much as a
  /// short transaction does.
  uint32_t TimedAttempts = 0;
  uint64_t BeganAt = 0;  ///< In ticks; 0: this attempt isn't timed.
  bool IsSample = false; ///< This attempt, if it commits.
  /// Of the newest rollback, as far as it is known.
  uint64_t LostByLastAbort = 0;

  /// The newest rollback, until what it lacks is known at the end of the next
  /// attempt. Time lost, if the attempt wasn't timed: taken to be as much as
  /// the next one takes. The reading code, if a validation failed: the next
  /// attempt's reads all take the slow path and the first one of that orec
  /// tells.
  struct {
    bool Pending = false;
    bool NeedsTime = false;
    bool NeedsReader = false;
    uint32_t OrecIndex = 0;
    WriterNote Writer{0};
    ConflictFact Fact = {};
  } Culprit;

  /// What the reading code that was found last had read: if it is the same when
  /// the read turns out to be stale, what was written meanwhile changed
  /// nothing.
  struct {
    uintptr_t Address = 0; ///< 0: nothing is watched.
    uint32_t OrecIndex = 0;
    uint32_t Bytes = 0;
    uint64_t Value = 0;
  } Watched;

  uint8_t ReadersWanted[16] = {}; ///< Of blocks; see wantsReader.
  uint64_t Random = 0;
  ThreadFacts Facts;

  /// Numbers that rolled back attempts have drawn, the next one last
  /// (abi/random_draws.h); of the sequence since so many seeds.
  struct {
    LogVector<int> Numbers;
    uint32_t Seeds = 0;
  } Draws;

  ForeignObjects Foreign;

  // --- Read by others --------------------------------------------------------
  /// Slot: see rt/README.md.
  alignas(CacheLine) std::atomic<Timestamp> Slot{Idle};
  /// Reads has all that this attempt has read, from its first read on.
  std::atomic<bool> KeepsReads{false};
  /// Reads doesn't move meanwhile, nor lose anything that has passed, but at
  /// the attempt's end.
  SpinLock ReadsLock;
  Tx *NextInRegistry = nullptr;
  std::atomic<bool> InUse{true}; ///< By a live thread.
  /// Until another transaction has ended: whose token, or exclusivity, it is.
  std::atomic<bool> WaitsToRun{false};
  SnapshotReader Reader;
  WaitingRoom Room;

  // --- Life of an attempt ----------------------------------------------------
  /// Once the slot is set, and before anything is read. (38) release: the
  /// attempt before is over.
  void setKeepsReads(bool Keeps) {
    if (KeepsReads.load(std::memory_order_relaxed) != Keeps)
      KeepsReads.store(Keeps, std::memory_order_release);
  }
  /// Starts an attempt; returns optimistic or, with StartInevitable,
  /// inevitable.
  void begin();
  /// The same, optimistic, where nothing is unusual. False: somebody runs
  /// alone, and \p EvenIfExclusive isn't set; nothing was done.
  bool tryBeginFast(bool EvenIfExclusive, ReadMode How);
  /// What an unfenced begin has left, before the attempt reads anything that it
  /// hasn't locked, or code runs of which nothing is known. Rolls back if
  /// somebody runs alone who may have missed it.
  void endBegin(uintptr_t Pc) {
    if (STM_UNLIKELY(Mode == ReadMode::Unfenced))
      endBeginSlow(Pc);
  }
  /// Before accesses that look at no stripe: reference counts, the program's
  /// locks, what a function touches that runs as it stands. Who owns that by
  /// now must have waited for this attempt, not just stamped the stripes
  /// (abi/settled.cpp). May end the attempt.
  void beforeUnchecked(uintptr_t Pc) {
    endBegin(Pc);
    if (STM_UNLIKELY(mayMissStamps()))
      announceUnchecked(Pc);
  }
  bool mayMissStamps() const {
    return Snapshot < UncheckedSince.load(std::memory_order_relaxed);
  }
  STM_SLOW_PATH void announceUnchecked(uintptr_t Pc);
  /// Having taken its first lock: whether somebody runs alone who may have
  /// missed its begin. Then it has to let go of it, and giveWayToAlone.
  bool isMissed() const;
  /// All others are over, or are about to find that they have been missed.
  bool runsAlone() const;
  [[noreturn]] void giveWayToAlone(uintptr_t Pc);
  /// Ends it. False: it has been rolled back (validation failed).
  bool tryCommit(bool LeavesByThrow = false);
  enum class End { RolledBack, HasOnlyRead, Committed };
  /// The same, inlined where nothing is unusual. HasOnlyRead: commitReads is to
  /// follow.
  End tryCommitFast();
  /// The commit, and afterCommit, of an attempt that has locked nothing.
  template <Waiting When> void commitReads();
  /// The same while an exception is leaving, in its handler. If it rolls back,
  /// the handler's end discards the exception without destroying it: what it
  /// was made of has never been.
  bool tryCommitInHandler();
  /// After tryCommit: waits for quiescence, then lets go of what was freed. \p
  /// OnlyRead: it surely has not written.
  template <Waiting When = Waiting::AtCommit>
  void afterCommit(bool OnlyRead = false);
  /// Whether nobody is older than \p Time, or blind to what was committed until
  /// then. Looks at the slots at most once for each time.
  bool isQuietAsOf(Timestamp Time);
  /// The wait that lazy commits have left, if any, and their frees.
  void awaitQuiescence();
  /// Before others may learn in another way than by its commit how far this
  /// transaction has come: what those before it have made private must be out
  /// of older attempts' reach then. If they may not have been waited for, the
  /// attempt ends, they are, and it runs again: to wait in it others would have
  /// to wait for it.
  void beforeTelling(uintptr_t Pc) {
    endBegin(Pc);
    if (STM_UNLIKELY(PendingQuiescence != 0))
      settleBeforeTelling(Pc);
  }
  /// Between attempts. False: there is no next one (here: see turn.h).
  STM_SLOW_PATH bool goesOn();

  /// Of a block that runs without barriers (single_thread.h).
  void beginPlain(const stm_site *Where);
  template <TxKind WhatKind> void endPlain();
  /// Of one beside which another thread has registered.
  STM_SLOW_PATH void giveBackExclusivity();
  STM_SLOW_PATH void afterPlain();

  /// An attempt that reads as of a published snapshot (snapshot.cpp).
  void beginSnapshot(SnapshotMode How);
  void liftReads() {
    Reads.lift();
    ReadsLifted = true;
  }
  /// At the end. Outside of attempts the set has no room: a signal's handler
  /// may run a block in the middle of a barrier there.
  void closeReads() {
    if (STM_UNLIKELY(ReadsLifted)) {
      Reads.limit(UnloggedReads);
      ReadsLifted = false;
    }
    Reads.close();
  }
  /// Barriers are plain from here on.
  void becomeDirect() {
    closeReads();
    Mode = ReadMode::Plain;
    SlowWrites = true;
    setReadBound(0);
  }
  /// Before the attempt's first lock, and with room in the log.
  void startWriting(bool WithVersions) {
    Versioned = WithVersions;
    SlowWrites = WithVersions;
    if (WithVersions)
      Undo.status().startInFlight();
  }
  /// Links what has been written so far, for readers that would have to wait.
  void linkSoFar();
  /// Where an attempt that reads without a log, or as of a published snapshot,
  /// stores or frees. True: the memory is its own, store plainly. False: it is
  /// an ordinary update from here on. Otherwise it doesn't return.
  bool storesPlainly(void *Address, size_t Bytes, uintptr_t Pc);
  /// \p Value was loaded from \p Address, before its orec's word, which doesn't
  /// let it stand. Makes it what the snapshot sees. False: it must be loaded
  /// again.
  STM_SLOW_PATH bool readVersion(const void *Address, void *Value, size_t Bytes,
                                 uintptr_t Pc);
  /// False: no memory to note it.
  bool noteAllocation(const AllocatedBlock &Block, size_t Bytes);
  bool noteFree(const AllocatedBlock &Block, uintptr_t Pc);
  bool ownsWord(OrecWord Word) const { return Word.unlinked() == MyLock; }

  /// Rolls back and resumes at the checkpoint. \p Where was accessed, \p With
  /// is the orec that stood in the way; null where there is none.
  [[noreturn]] void conflict(ConflictKind Kind, const void *Where, Orec *With,
                             uintptr_t Pc, size_t Bytes = 0);
  /// stm_cancel, stm_retry.
  [[noreturn]] void cancel(uintptr_t Pc);
  [[noreturn]] void cancelOutermost(uintptr_t Pc);
  [[noreturn]] void retry(uintptr_t Pc);
  /// The same where nothing can be undone. \p HasNotWritten: that is known.
  [[noreturn]] void leaveToWait(bool HasNotWritten, uintptr_t Pc);
  /// After that.
  void waitUninstrumented();
  /// The program's lock that it needs is taken.
  [[noreturn]] void waitForLock(uintptr_t Pc);
  /// Rolls back, to run again as an ordinary transaction that keeps a read set.
  [[noreturn]] void runAsOrdinary(uintptr_t Pc);

  /// See stm_last_abort_info. Only where there was one.
  stm_abort_info lastAbort() const;

  /// The next attempt runs alone.
  void startAlone(const char *Reason, uintptr_t Pc);

  /// Whether an inner block can be a scope in this attempt.
  bool canBeMarked();
  void pushScope(Scope &S);
  void popScope(Scope &S);
  /// While an exception is caught that leaves it.
  void undoInnermostForThrow();

  /// See __stm_become_inevitable. May roll back.
  void becomeInevitable(const char *Reason, uintptr_t Pc,
                        Company With = Company::Alone);
  bool isInevitable() const {
    return InTransaction && (isDirect() || IsBeside);
  }
  /// The same, of what the program has a reason for. A block of a process with
  /// one thread has none before it says so.
  bool isInevitableForAReason() const {
    return isInevitable() &&
           !(InPlainBlock.load(std::memory_order_relaxed) && !InevitablePc);
  }
  /// In a transaction that isn't.
  bool isRevocable() const { return !isDirect() && !IsBeside; }
  /// Of one that runs beside others: its memory for a log may have run out. Not
  /// beside any more.
  void goAlone();
  /// Of one that runs beside others: nobody else writes the stripe from here
  /// on, and nobody has a lock on it. There is room in the read set.
  void guardStripe(uint32_t Index);

  /// Whether all reads are current as of a newer snapshot, which then is the
  /// attempt's. If not, \p Stale is an orec that isn't.
  bool extendSnapshot(Orec *&Stale);

  /// In a fork's child, for a descriptor whose thread is not there: idle and
  /// outside. What it had logged is given up.
  void abandonInChild();

  Timestamp readBound() const {
    return __atomic_load_n(&ReadBound, __ATOMIC_RELAXED);
  }
  // By builtins: what is inlined into C programs must not need a personality
  // function, which std::atomic's noexcept does.
  void setReadBound(Timestamp Bound) {
    __atomic_store_n(&ReadBound, Bound, __ATOMIC_RELAXED);
  }
  /// By another thread, which waits until this attempt is as of a newer time:
  /// its next read has a look at the clock.
  void askToExtend() { setReadBound(0); }
  /// Whether somebody may have asked.
  bool isAsked() const { return readBound() == 0 && !IsBeside; }
  /// Does what was asked, if it can. What has been read is noted by now.
  void answer();
  /// ReadBound of an attempt whose reads may just pass.
  static Timestamp boundOf(Timestamp S) {
    return STM_INJECTS_AT_READS ? 0 : S + 1;
  }
  /// What STM_OPTIONS=inject wants to happen at an access.
  void meetFaults([[maybe_unused]] uintptr_t Pc) {
#if STM_TEST_POINTS
    if (isInjected(Fault::Signal))
      injectSignal();
    if (isDueToFail())
      conflict(ConflictKind::Validation, nullptr, nullptr, Pc);
#endif
  }
  /// Whether the attempt is to be rolled back though nothing is wrong with it.
  /// Not one that runs alone: that is never in vain.
  bool isDueToFail() const {
#if STM_TEST_POINTS
    return isRevocable() && !Alone && isInjected(Fault::Abort, Attempts);
#else
    return false;
#endif
  }

  /// Outside of attempts, and the next one has nothing unusual to do. (Or so:
  /// what doesn't look like it takes the long way.) One load.
  bool isIdle() const {
    static constexpr uint8_t Like[] = {uint8_t(ReadMode::Plain), 0, 1, 0};
    return !__builtin_memcmp(&Mode, Like, sizeof(Like));
  }
  /// HasWork or HasCounts. One load.
  bool hasMore() const {
    uint16_t Both;
    __builtin_memcpy(&Both, &HasWork, sizeof(Both));
    return Both != 0;
  }

  bool isLogged() const {
    return Mode == ReadMode::Logged || Mode == ReadMode::Unfenced;
  }
  /// Accesses are plain: outside a transaction, or inevitable.
  bool isDirect() const { return Mode == ReadMode::Plain; }

  // --- Rules shared by the barriers -----------------------------------------
  /// Sets StackBegin and StackEnd. False: they can't be found out.
  bool findStack();
  /// A frame of the block's callers. The closure and the result of a block are
  /// in one.
  bool isCallersFrame(const void *Address);
  bool isOwnFrame(const void *Address) const {
    // The stack pointer, not a frame's address: right also in code that the
    // barrier is inlined into.
    uintptr_t Limit = arch::stackLimit();
    return reinterpret_cast<uintptr_t>(Address) - Limit < Resume.Sp - Limit;
  }
  /// The same of the whole transaction, inner blocks or not.
  bool isTransactionsFrame(const void *Address) const;
  /// What libraries may work on as they stand (foreign.h): the object that \p
  /// Address is in. None if there is none, or if an inner block is to leave it
  /// alone.
  size_t ownForeign(const void *Address) const;
  /// There is room.
  size_t addForeign(void *New, const ForeignObjects::Class &Of) {
    IsUnusual = true; // The commit has more to do.
    return Foreign.add(New, Of, ownForeigns());
  }
  void forgetForeign(const void *Begin) {
    Foreign.forget(Begin, ownForeigns());
  }
  /// Where those of the innermost scope begin.
  size_t ownForeigns() const;
  /// The log could not grow: the transaction needs none if it is inevitable.
  [[noreturn]] STM_SLOW_PATH void outOfLogMemory(uintptr_t Pc);
  void noteReader(const void *Address, const void *Value, size_t Bytes,
                  Orec &Read, uintptr_t Pc);

private:
  void checkCancels(const char *Function) const;
  [[noreturn]] void leave(Ending How, uintptr_t Pc);
  [[noreturn]] void leaveScope(Scope &S, Outcome How);
  void leaveAllScopes();
  void undoInnermost(const Survivors &Kept);
  static void closeNesting();
  /// What lies below the checkpoint on this stack: the attempt's own frames,
  /// gone or about to be, and by now perhaps others'.
  struct FrameRange {
    uintptr_t Begin, End;
    bool contains(uintptr_t Address) const {
      return Address - Begin < End - Begin;
    }
  };
  FrameRange deadFrames();
  void stopTracking(uintptr_t Pc);
  /// False: it has given way, and is rolled back.
  bool awaitTurn();
  /// Of one that has a turn. False: it isn't run again before that.
  bool goesOnInTurn(Ending How);
  void backOff();
  void logCallersFrame(void *Address, size_t Bytes, uintptr_t Pc);
  bool readsAreCurrent(Orec *&Stale);
  void endSnapshot();
  void commitSnapshot();
  /// Commits what an optimistic attempt has read and written. False: it has
  /// been rolled back.
  bool tryCommitAccesses();
  bool tryCommitAny();
  /// The same in one step with a ticket for its output.
  bool tryCommitWithOutput();
  STM_SLOW_PATH bool tryCommitVersioned();
  STM_SLOW_PATH void endBeginSlow(uintptr_t Pc);
  /// The rest of it where others have committed since the snapshot, or read as
  /// of theirs.
  __attribute__((noinline)) bool tryCommitBesideOthers(Timestamp Time,
                                                       uint64_t WhoReads);
  /// At the end, where others have committed since the snapshot.
  bool validateOrRollBack(Timestamp Time);
  /// Makes \p Time the one that readers of versions find, \p WhoReads being
  /// Versioning as it was looked at after the time was taken. False: a reader
  /// has demanded a newer one.
  bool publishOnce(Timestamp Time, uint64_t WhoReads);
  /// A new timestamp, published, for what needs no validation.
  Timestamp publishUnvalidated();
  void linkAll();
  void finishWriting(Timestamp Time);
  /// The program's locks go when all is committed. False: it has been rolled
  /// back.
  STM_SLOW_PATH bool becomeInevitableToUnlock();
  void releaseLocks(Timestamp Time);
  void undoLog();
  void rollBack();
  /// What was accessed; null where there is nothing.
  struct Access {
    const void *Where;
    size_t Bytes;
  };
  void noteRollback(ConflictKind Kind, Access What, Orec *With,
                    WriterNote Writer, uintptr_t Pc);
  /// The same for one that the program has asked for.
  void noteLeaving(ConflictKind Kind, uintptr_t Pc);
  void compareWatched();
  bool wantsReader();
  /// What is known of an attempt that is about to commit only until then.
  struct WritersOfSample {
    static constexpr unsigned Most = 16;
    unsigned Count = 0;
    uintptr_t Pcs[Most]; ///< Of the first ones.
  };
  void lookAtSets(ExecutionFact &Fact, WritersOfSample &Writers);
  void waitForExclusiveEnd();
  void sleepUntilChange(RetryWait &Wait);
  void tellConflictHandler();
  void settlePendingConflict(uint64_t Now);
  template <class F> void finishCommit(F LeaveUnusual);
  /// Whether this commit, which may leave its wait, better doesn't.
  bool waitsThisTime();
  /// Whether no attempt can be as of before this one.
  bool isQuiet(bool OnlyRead);
  STM_SLOW_PATH void afterCommitSlow();
  STM_SLOW_PATH void awaitQuiescenceSlow();
  STM_SLOW_PATH void settleBeforeTelling(uintptr_t Pc);
  /// What a lazy commit has freed waits with it. False: not all can.
  STM_SLOW_PATH bool freeLate();
  /// Quiescence, noted for the report.
  void waitForOlder(Timestamp Time);
  void startInevitably();
  /// With the token.
  void noteInevitable();
  /// With exclusivity, and what was read validated.
  void runAlone();
  /// After the token has been taken, with what was read so far.
  void startBeside(uintptr_t Pc);
  /// In their place: the same from the beginning.
  [[noreturn]] void restartInevitably(Company With, ConflictKind Why,
                                      Orec *Stale, uintptr_t Pc);
  void endGuards();
  void commitBeside();
  void leaveInevitable();
};

/// See stm_on_conflict.
using ConflictHandler = void (*)(const stm_abort_info *, void *);
void setConflictHandler(ConflictHandler Call, void *Arg);

/// From here on transactions may cancel and retry.
void transactionsMayLeave();
bool mayTransactionsLeave();

/// What an attempt whose slot is below a time has to do until it isn't waited
/// for.
enum class Older : uint8_t {
  MustMove, ///< End, or extend its snapshot to that time.
  MayStay,  ///< Or have read nothing that isn't current at that time.
};
/// Waits for all other descriptors' attempts that are older than \p Time. How
/// many ticks, if it had to.
uint64_t waitForQuiescence(const Tx &Self, Timestamp Time, Older What);
/// Waits until no snapshot older than \p Time runs. The caller runs none.
void waitForSnapshots(Timestamp Time);

} // namespace stm::rt

#endif // STM_RT_TX_TX_H
