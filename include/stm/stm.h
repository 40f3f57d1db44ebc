//===- stm/stm.h - software transactional memory for C ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every function here may be called from any thread. C++ programs usually
// include stm.hpp.
//
// A thread that ends inside a transaction (pthread_exit, pthread_cancel) leaves
// it as an exception does: what it has done so far is committed. A snapshot
// just ends.
//
//===----------------------------------------------------------------------===//

#ifndef STM_STM_H
#define STM_STM_H

#include "stm/abi.h"
#include "stm/attributes.h"
#include "stm/block.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Makes the running transaction inevitable: it cannot be rolled back from here
/// on, and no other transaction runs until it has ended. \p why (a string that
/// lives as long as the program) stands in the report. The attempt may be
/// rolled back once more before this returns. No effect outside a transaction.
void stm_become_inevitable(const char *why);

/// Undoes the innermost block that runs (STM_ATOMIC, stm::atomic, an
/// STM_TRANSACTION function) and goes on after it. What the block did to memory
/// is undone, so its variables are not destroyed: as if it had never run. What
/// it had read still counts: the decision to cancel is as consistent as
/// anything else in a transaction. An STM_TRANSACTION function returns zero.
///
/// Ends the program with a message outside of a transaction, in an inevitable
/// one (also without the plugin, or in a block that returns a value by
/// stm::atomic: see stm::try_atomic), and in a process with one thread if no
/// file compiled with the plugin calls this (STM_OPTIONS=single_thread).
void stm_cancel(void) __attribute__((noreturn));

/// The same with the outermost block, and all in it.
void stm_cancel_outer(void) __attribute__((noreturn));

/// Rolls the whole transaction back, sleeps until something that it has read is
/// changed by another transaction, and runs it again. In an alternative of
/// or_else it leaves that one instead.
///
///     STM_ATOMIC {
///       if (Count == 0)
///         stm_retry();
///       Item = Items[--Count];
///     }
///
/// The thread uses no processor time meanwhile. Changes made outside of
/// transactions don't wake it. Ends the program with a message outside of a
/// transaction, in an inevitable one, or if nothing has been read. Should all
/// threads of the program be asleep here, that is said. Not a point where
/// pthread_cancel acts.
///
/// Without the plugin nothing can be undone, so it is an error too, unless
/// STM_OPTIONS=retry_unwritten=1 promises that blocks write nothing before
/// they call it: then a block of stm::atomic is left by an exception, which
/// must not be caught for good, and begins again when any transaction has
/// committed.
void stm_retry(void) __attribute__((noreturn));

/// \p call(\p arg) is called when the outermost transaction has committed: when
/// others can see what it did, nobody that it unlinked memory from can still
/// see that, and this thread is in no transaction. So it may do I/O, run
/// transactions and take locks. Hooks run in the order in which they were
/// registered; those of a rolled back attempt or a cancelled block are dropped.
/// Outside of a transaction the call is made at once. A hook that throws after
/// a commit ends the program.
void stm_on_commit(void (*call)(void *), void *arg);

/// \p call(\p arg) is called after each attempt that registered it and was
/// rolled back, newest first, before the next attempt; then this thread is in
/// no transaction. It must not rely on memory that the attempt wrote or
/// allocated: that is undone. For an inner block that was cancelled the call
/// waits for the end of the transaction around it, whichever way that ends.
/// Never called for what is inevitable. A hook that throws ends the program.
void stm_on_abort(void (*call)(void *), void *arg);

/// Writes \p count bytes to the descriptor when the outermost transaction has
/// committed, without making it inevitable; outside of a transaction at once.
/// The bytes are copied at the call. Of a rolled back attempt, or a cancelled
/// block, nothing is written.
///
/// Order: what one transaction writes stays together and in order, and what
/// several write appears in the order in which they committed, on all threads
/// and descriptors. A thread goes on when its own output has been written (by
/// write(2) as often as it takes): should that block, commits with output on
/// other threads wait for it. A snapshot's output has the place of its end. If
/// it fails, the rest of it is dropped, with a message on the standard error.
void stm_deferred_write(int fd, const void *bytes, size_t count);

/// The same with printf's formats; returns how many bytes it will write. %n,
/// wide characters and numbered arguments make the transaction inevitable.
/// stm_deferred_fprintf goes to a stream, by fwrite: it keeps its order with
/// what the program prints there otherwise.
int stm_deferred_printf(int fd, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/// See stm_deferred_printf.
int stm_deferred_fprintf(FILE *stream, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// \cond
#define STM_HOOK_BYTES_ 256
void __stm_on_commit_copy(void (*call)(void *), const void *data, size_t bytes);
void __stm_on_abort_copy(void (*call)(void *), const void *data, size_t bytes);
/// \endcond

/// Nonzero inside a transaction, inevitable ones included.
int stm_in_transaction(void);

/// Nonzero inside an inevitable transaction. (While the process has one thread,
/// and blocks run without barriers, in those that stm_become_inevitable made
/// so.)
int stm_is_inevitable(void);

/// Why an attempt was rolled back.
enum stm_abort_kind {
  STM_ABORT_NONE = 0,     ///< The transaction was not rolled back.
  STM_ABORT_READ_LOCKED,  ///< Read what another transaction was writing.
  STM_ABORT_WRITE_LOCKED, ///< Wrote what another transaction was writing.
  STM_ABORT_VALIDATION,   ///< What was read has been changed since.
  STM_ABORT_INEVITABLE,   ///< Had to wait for an inevitable transaction.
  STM_ABORT_RESOURCES,    ///< The log could not grow; runs on inevitable.
  STM_ABORT_MEMORY_LIMIT, ///< A snapshot took more than memory_limit_mb.
  STM_ABORT_CANCELLED,    ///< stm_cancel in the outermost block.
  STM_ABORT_RETRY,        ///< stm_retry.
  STM_ABORT_NESTING,      ///< Ran again, to undo an inner block by itself.
  STM_ABORT_TURN,         ///< Gave way to those before it in an order.
  STM_ABORT_LOCK,         ///< A mutex that it needs was taken.
  STM_ABORT_PRIVATE,      ///< Waited for older transactions first: it was about
                          ///< to tell others what this thread has done.
};

/// A rollback, as stm_last_abort_info and stm_on_conflict tell of it.
struct stm_abort_info {
  enum stm_abort_kind kind; ///< Of the newest rollback.
  uint32_t attempts;        ///< Rollbacks of this transaction so far.
  const void *address;      ///< What was accessed; null where not known.
  const void *victim_pc;    ///< Code that was rolled back; null: at commit.
  const void *culprit_pc;   ///< Code that had written; null where not known.
  uint64_t lost_ns;         ///< By it; 0 where not known: attempts aren't timed
                            ///< until some have been rolled back.
  struct stm_site block;    ///< The transaction that was rolled back.
  struct stm_site culprit_block; ///< The culprit's; all null where not known.
};

/// Describes the newest rollback of the running transaction or, outside one, of
/// the thread's last transaction. Returns 0, or -1 if there was none (then
/// \p info->kind is STM_ABORT_NONE).
int stm_last_abort_info(struct stm_abort_info *info);

/// \p call(info, arg) for each attempt that a conflict has rolled back: on its
/// thread, after the rollback and before the next attempt, so it may do
/// anything but take long. For all threads; null: nobody is told any more. To
/// be set before transactions run: one that is being rolled back meanwhile may
/// call the old one with the new argument.
void stm_on_conflict(void (*call)(const struct stm_abort_info *info, void *arg),
                     void *arg);

/// Counts since the program began, summed over all threads, also those that
/// ended. Other threads go on meanwhile: each count is exact, the set of them
/// is no snapshot.
struct stm_stats {
  uint64_t commits;          ///< Outermost transactions that committed.
  uint64_t updates;          ///< Those of them that aren't in read_only.
  uint64_t aborts;           ///< Attempts that conflicts have rolled back.
  uint64_t inevitable;       ///< Transactions that committed inevitable.
  uint64_t read_only;        ///< Commits that wrote nothing.
  uint64_t extensions;       ///< Snapshots moved forward instead of an abort.
  uint64_t quiescence_waits; ///< Commits that had to wait for older attempts.

  // Snapshots (stm::snapshot, and read-only transactions that went on as such).
  uint64_t snapshots;       ///< Those that committed.
  uint64_t snapshot_aborts; ///< Those that started again: alone, since they did
                            ///< something inevitable, or by memory_limit_mb.

  // Superseded versions, which exist while snapshots run.
  uint64_t versions_created;         ///< So far.
  uint64_t versions_live;            ///< Created, and not reclaimed yet.
  uint64_t versions_reclaimed_young; ///< With their chunks of the undo log.
  uint64_t versions_promoted;        ///< Copied to the old generation.
  uint64_t versions_reclaimed_old;   ///< Of the promoted ones.
  uint64_t version_bytes;            ///< Held now: retired undo log chunks, old
                                     ///< generation.
  uint64_t deferred_frees;           ///< Blocks whose free had to wait, so far.
  uint64_t deferred_free_bytes;      ///< Held now by such, where known.
  uint64_t minor_collections;        ///< Of one thread's undo log.
  uint64_t major_collections;        ///< Of the old generation.
  uint64_t collection_ns;            ///< Spent in collections, all threads.
  uint64_t longest_pause_ns;         ///< The longest of one thread at a time.
  uint64_t longest_chain;            ///< Most versions that a read went over.
  uint64_t oldest_snapshot_age_ns;   ///< Of those that run; 0: none.
  uint64_t longest_snapshot_ns;      ///< Of those that have ended.
  uint64_t version_bytes_peak;       ///< The most that version_bytes has been.
  uint64_t snapshots_over_limit;     ///< Ended by memory_limit_mb.

  uint64_t cancels; ///< Blocks, inner ones too, by stm_cancel.
  uint64_t retries; ///< Attempts that ended in stm_retry.

  uint64_t single_threaded; ///< Commits without barriers, while the process had
                            ///< one thread (STM_OPTIONS=single_thread).

  uint64_t lock_waits;  ///< Attempts that ended at a mutex that was taken.
  uint64_t token_waits; ///< Waits for another inevitable transaction's end.

  // What transactions cost, those that are rolled back too.
  uint64_t validations;     ///< Of all that an attempt had read.
  uint64_t validated_reads; ///< Entries of the read sets looked at for that.

  // The same in code compiled with -mllvm -stm-count; 0 in other code. A
  // basic block that is left in its middle counts in full.
  uint64_t read_barriers;          ///< Of scalars, like the next two.
  uint64_t write_barriers;         ///< First and further ones to a stripe.
  uint64_t read_to_write_barriers; ///< For a load and the store after it.
  uint64_t range_barriers;         ///< Copies, of any size.
  // And accesses without a barrier:
  uint64_t paired_stores;    ///< The stores after reads to write.
  uint64_t fresh_accesses;   ///< What the function has just allocated.
  uint64_t constant_reads;   ///< Constants and vtables.
  uint64_t private_accesses; ///< The function's own variables, STM_TX_LOCAL.
  uint64_t covered_accesses; ///< What the function has locked before.
  uint64_t lent_accesses;    ///< What a caller has allocated or on its stack.
  uint64_t unwritten_reads;  ///< Static variables that no transaction writes.
};

/// Of now.
void stm_get_stats(struct stm_stats *stats);

/// Waits until every transaction attempt of other threads that runs now has
/// ended or has seen all that was committed before the call, and until every
/// snapshot that began before it has ended. For memory that a transaction has
/// made private its commit sees to that already (see privatization in the
/// documentation), unless STM_OPTIONS=quiesce=never; for what snapshots may
/// still read nothing else does: call it before plain writes to that. An
/// inevitable transaction isn't waited for: nobody can have taken anything from
/// it. Not allowed inside a transaction or snapshot: ends the program with a
/// message.
void stm_quiesce(void);

/// Recycles what no running snapshot (stm::snapshot) can read any more.
/// \p generation 1: superseded versions of the young generation, which are
/// chunks of undo logs. 2: those, then a full collection of the old generation,
/// and memory is given back to the system. Both happen by themselves in time; a
/// program calls this where it knows that now is a good moment. From any
/// thread; no effect inside a transaction.
void stm_collect(int generation);

/// Writes the report as of now to where STM_OPTIONS sends it, also where there
/// would be none at exit: nothing was lost, or report=none.
void stm_print_report(void);

/// Define it to set options in the program itself; STM_OPTIONS overrides them.
const char *__stm_default_options(void);

/// Define it to suppress parts of the report in the program itself: lines as in
/// the file that STM_OPTIONS=suppressions names, which adds to them.
const char *__stm_default_suppressions(void);

void __stm_uninstrumented(const void *section);

#ifdef __cplusplus
}
#endif

/// \cond The plugin removes this; where it stays, STM_TRANSACTION functions of
/// this program or library are not transactions (attributes.h).
extern const char __start_stm_transaction_without_plugin[]
    __attribute__((weak, visibility("hidden")));
__attribute__((constructor, unused)) static void
__stm_check_instrumentation(void) {
  if (__start_stm_transaction_without_plugin)
    __stm_uninstrumented(__start_stm_transaction_without_plugin);
}
/// \endcond

#endif // STM_STM_H
