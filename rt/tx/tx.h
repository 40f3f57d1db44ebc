//===- tx/tx.h - the transaction descriptor ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One descriptor a thread, found through a thread-local pointer. Its owner
// alone touches it, but for the slot and the facts.
//
// Modes, of a thread:
//   outside      Direct, not InTransaction. Barriers are plain accesses.
//   optimistic   InTransaction. Barriers read and lock; may be rolled back.
//   inevitable   Direct and InTransaction: exclusive, nothing is logged.
//
// Whatever rolls back (a conflict in a barrier, a lost token) undoes, releases,
// goes idle, and leaves through the checkpoint: nothing below run.cpp returns
// to code of an attempt that has ended.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_TX_H
#define STM_RT_TX_TX_H

#include "base/checkpoint.h"
#include "mem/allocation_log.h"
#include "report/facts.h"
#include "stm/stm.h"
#include "tx/shared_copy.h"
#include "tx/undo_log.h"

namespace stm::rt {

/// The slot of a descriptor nobody has to wait for.
inline constexpr Timestamp Idle = ~Timestamp{0};

/// The C++ runtime's own record of exceptions (Itanium C++ ABI, exception
/// handling, 2.2.2).
struct EhGlobals {
  void *Caught;
  unsigned Uncaught;
};

class alignas(CacheLine) Tx {
public:
  constexpr Tx() = default;
  constexpr explicit Tx(bool IsUnusual) : IsUnusual(IsUnusual) {}

  // --- Read and written at every access --------------------------------------
  /// Accesses are plain: outside a transaction, or inevitable.
  bool Direct = true;
  bool InTransaction = false;
  /// The next attempt has more to do than begin (times, a pending conflict), or
  /// there is no descriptor yet. See attempt.h.
  bool IsUnusual = false;
  /// One more than the snapshot: a word below it may be read. 0 while every
  /// read has to take the slow path (see Culprit below).
  Timestamp ReadBound = 0;
  /// What a word looks like that this attempt has locked.
  OrecWord MyLock = OrecWord(0);
  /// Where a rollback goes on.
  Checkpoint Resume = {};
  LogVector<uint32_t> Reads; ///< Indices of orecs, repetitions allowed.
  UndoLog Undo;

  // --- Once a write ---------------------------------------------------------
  LogVector<uint32_t> Locks; ///< Indices of orecs locked by this attempt.

  // --- Once a transaction ---------------------------------------------------
  Timestamp Snapshot = 0;
  Timestamp CommitTime = 0; ///< What quiescence is waited for.
  EhGlobals *Eh = nullptr;
  EhGlobals EhAtBegin = {};
  AllocationLog Allocations;
  const stm_site *Site = nullptr;
  uint32_t Attempts = 0; ///< Rollbacks of this transaction so far.
  /// Inevitable from its first access on; set by what rolled it back.
  bool StartInevitable = false;
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

  /// A clock for time lost is read at the begin of each of the next so many
  /// attempts, and then at none until a conflict: reading it costs as much as a
  /// short transaction does.
  uint32_t TimedAttempts = 0;
  uint64_t BeganAt = 0; ///< In ticks; 0: this attempt isn't timed.

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
    ConflictFact Fact = {};
  } Culprit;

  uint64_t Random = 0;
  ThreadFacts Facts;

  // --- Read by others --------------------------------------------------------
  /// Slot: see rt/README.md.
  alignas(CacheLine) std::atomic<Timestamp> Slot{Idle};
  Tx *NextInRegistry = nullptr;
  std::atomic<bool> InUse{true}; ///< By a live thread.

  // --- Life of an attempt ----------------------------------------------------
  /// Starts an attempt; returns optimistic or, with StartInevitable,
  /// inevitable.
  void begin();
  /// The same, optimistic, where nothing is unusual. False: somebody runs
  /// alone; nothing was done.
  bool tryBeginFast();
  /// Ends it. False: it has been rolled back (validation failed).
  bool tryCommit();
  /// The same, inlined for those that wrote nothing.
  bool tryCommitFast();
  /// The same while an exception is leaving, in its handler. If it rolls back,
  /// the handler's end discards the exception without destroying it: what it
  /// was made of has never been.
  bool tryCommitInHandler();
  /// After tryCommit: waits for quiescence, then lets go of what was freed.
  void afterCommit();
  /// Between attempts.
  void backOff();

  /// Rolls back and resumes at the checkpoint. \p Where was accessed, \p With
  /// is the orec that stood in the way; null where there is none.
  [[noreturn]] void conflict(ConflictKind Kind, const void *Where, Orec *With,
                             uintptr_t Pc);
  /// See __stm_become_inevitable. May roll back.
  void becomeInevitable(const char *Reason, uintptr_t Pc);

  /// Whether all reads are current as of a newer snapshot, which then is the
  /// attempt's. If not, \p Stale is an orec that isn't.
  bool extendSnapshot(Orec *&Stale);

  /// In a fork's child, for a descriptor whose thread is not there: idle and
  /// outside. What it had logged is given up.
  void abandonInChild();

  // --- Rules shared by the barriers -----------------------------------------
  bool isOwnFrame(const void *Address) const {
    // The stack pointer, not a frame's address: right also in code that the
    // barrier is inlined into.
    uintptr_t Limit = arch::stackLimit();
    return reinterpret_cast<uintptr_t>(Address) - Limit < Resume.Sp - Limit;
  }
  /// The log could not grow: the transaction needs none if it is inevitable.
  [[noreturn]] STM_SLOW_PATH void outOfLogMemory(uintptr_t Pc);
  void noteReader(const void *Address, Orec &Read, uintptr_t Pc);

private:
  bool readsAreCurrent(Orec *&Stale) const;
  void releaseLocks(Timestamp Time);
  void rollBack();
  void noteRollback(ConflictKind Kind, const void *Where, Orec *With,
                    uintptr_t WriterPc, uintptr_t Pc);
  void settlePendingConflict(uint64_t Now);
  void finishCommit();
  STM_SLOW_PATH void afterCommitSlow();
  void enterInevitable();
  void leaveInevitable();
};

/// Waits until no other descriptor's slot is below \p Time. True if it had to.
bool waitForQuiescence(const Tx &Self, Timestamp Time);

} // namespace stm::rt

#endif // STM_RT_TX_TX_H
