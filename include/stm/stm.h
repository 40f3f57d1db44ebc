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
//===----------------------------------------------------------------------===//

#ifndef STM_STM_H
#define STM_STM_H

#include "stm/abi.h"
#include "stm/attributes.h"
#include "stm/block.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Makes the running transaction inevitable: it cannot be rolled back from here
/// on, and no other transaction runs until it has ended. \p why (a string that
/// lives as long as the program) stands in the report. The attempt may be
/// rolled back once more before this returns. No effect outside a transaction.
void stm_become_inevitable(const char *why);

/// Nonzero inside a transaction, inevitable ones included.
int stm_in_transaction(void);

/// Nonzero inside an inevitable transaction.
int stm_is_inevitable(void);

/// Why an attempt was rolled back.
enum stm_abort_kind {
  STM_ABORT_NONE = 0,       ///< The transaction was not rolled back.
  STM_ABORT_READ_LOCKED,    ///< Read what another transaction was writing.
  STM_ABORT_WRITE_LOCKED,   ///< Wrote what another transaction was writing.
  STM_ABORT_VALIDATION,     ///< What was read has been changed since.
  STM_ABORT_INEVITABLE,     ///< Had to wait for an inevitable transaction.
  STM_ABORT_RESOURCES,      ///< The log could not grow; runs on inevitable.
};

struct stm_abort_info {
  enum stm_abort_kind kind;  ///< Of the newest rollback.
  uint32_t attempts;         ///< Rollbacks of this transaction so far.
  const void *address;       ///< What was accessed; null where not known.
  const void *victim_pc;     ///< Code that was rolled back; null: at commit.
  const void *culprit_pc;    ///< Code that had written; null where not known.
};

/// Describes the newest rollback of the running transaction or, outside one, of
/// the thread's last transaction. Returns 0, or -1 if there was none (then
/// \p info->kind is STM_ABORT_NONE).
int stm_last_abort_info(struct stm_abort_info *info);

/// Counts since the program began, summed over all threads, also those that
/// ended. Other threads go on meanwhile: each count is exact, the set of them is
/// no snapshot.
struct stm_stats {
  uint64_t commits;       ///< Outermost transactions that committed.
  uint64_t aborts;        ///< Attempts that were rolled back.
  uint64_t inevitable;    ///< Transactions that committed inevitable.
  uint64_t read_only;     ///< Commits that wrote nothing.
  uint64_t extensions;    ///< Snapshots moved forward instead of an abort.
  uint64_t quiescence_waits; ///< Commits that had to wait for older attempts.
};

void stm_get_stats(struct stm_stats *stats);

/// Waits until every transaction attempt of other threads that runs now has
/// ended or has seen all that was committed before the call. Every commit does
/// the same already (see privatization in the documentation), unless
/// STM_OPTIONS=quiesce=never. An inevitable transaction isn't waited for: nobody
/// can have taken anything from it. Not allowed inside a transaction: ends the
/// program with a message.
void stm_quiesce(void);

/// Writes the report as of now, as at exit, to where STM_OPTIONS sends it.
void stm_print_report(void);

/// Define it to set options in the program itself; STM_OPTIONS overrides them.
const char *__stm_default_options(void);

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
