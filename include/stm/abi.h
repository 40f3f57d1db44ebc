//===- stm/abi.h - types shared by headers, pass and runtime ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a compiled program and the runtime both need to know about each other
// beyond the functions of runtime_abi.def. C and C++.
//
//===----------------------------------------------------------------------===//

#ifndef STM_ABI_H
#define STM_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An atomic block as reports name it. The strings must live as long as the
/// program; the struct itself is copied when it is needed.
struct stm_site {
  const char *name; ///< The user's name, or the function's; may be null.
  const char *file; ///< May be null.
  uint32_t line;    ///< 0 if unknown.
};

/// A row of a module's clone table: the function whose address the program
/// takes, and its transactional version (null: it has none).
struct stm_clone {
  void *original;
  void *clone;
};

/// An order of commits: for the executors of the headers (ordered.hpp). Begins
/// as {0, 0}, or at any other number. Accessed by atomic operations.
struct stm_turns {
  uint64_t now;  ///< Whose turn it is. ~0: nobody's any more.
  uint64_t asks; ///< Of the runtime.
};

/// The thread's next transaction is number \p index of \p turns: it commits
/// when all before it have, and then makes it the next one's turn, but for one
/// that an exception leaves. It returns STM_BLOCK_CANCELLED if it isn't its
/// turn yet and it would have to run again, or do what can't be undone: nothing
/// has been done then, and it is to be called again when it is. Also if the
/// body was cancelled at its turn, which then has been passed on. Outside of
/// transactions.
void __stm_next_in_turn(struct stm_turns *turns, uint64_t index);

/// Whether code of this thread outside of transactions touches nothing that
/// they share: then a commit need not wait for older attempts, unless it gives
/// memory back or has hooks. Whoever switches it off runs a transaction before
/// it touches such memory.
void __stm_only_transactions(int whether);

/// \p call(1) is called before a thread goes to sleep in stm_retry, \p call(0)
/// after that; outside of transactions. One call a program.
void __stm_on_sleep(void (*call)(int asleep));

/// Until __stm_hide_frames(what it returned) the calling thread stays inside of
/// the calling function. Reports can then name the functions around that whose
/// variables other threads work on.
int __stm_show_frames(void);
void __stm_hide_frames(int shown);

/// How a block was left.
enum {
  STM_BLOCK_DONE = 0,      ///< It committed, or is part of what goes on.
  STM_BLOCK_CANCELLED = 1, ///< stm_cancel.
  STM_BLOCK_RETRIED = 2,   ///< stm_retry; only where that is caught.
};

/// Runs \p body(arg) as one transaction, retried until it commits. Called by
/// the headers; the pass rewrites the call to __stm_atomic_tx, which also names
/// the body's transactional version. As it stands (a file compiled without the
/// plugin) the body runs alone: inevitable, no other transaction beside it.
/// Returns STM_BLOCK_DONE or STM_BLOCK_CANCELLED.
int __stm_atomic(void (*body)(void *), void *arg, const struct stm_site *site);

/// Runs \p body(arg) as a snapshot transaction: see stm::snapshot (stm.hpp).
/// The pass rewrites the call to __stm_snapshot_tx; as it stands the body runs
/// alone.
int __stm_snapshot(void (*body)(void *), void *arg,
                   const struct stm_site *site);

enum {
  STM_CATCH_RETRY = 1, ///< stm_retry undoes the block and leaves it.
  STM_CATCH_THROW = 2, ///< An exception that leaves the block undoes it.
};

/// Inside a transaction: runs \p body(arg) as a part of it that can be undone
/// by itself. \p catches: bits STM_CATCH_…. Returns STM_BLOCK_…. Only in a
/// transaction.
int __stm_nested(void (*body)(void *), void *arg, unsigned catches);

/// stm_retry of a block that has written nothing since its own begin: if it is
/// the outermost one that works without the plugin too, by an exception.
void __stm_retry_before_writing(void) __attribute__((noreturn));
/// In a handler: whether it is that exception, which must go on.
int __stm_leaves_to_wait(void);

/// A block that was to return something was cancelled: ends the program.
void __stm_cancelled_without_value(const char *name, const char *file,
                                   uint32_t line) __attribute__((noreturn));

/// Begin and end of a block statement (block.h) in a file compiled without the
/// plugin, which takes these calls away: until the end the thread runs alone,
/// as above. Blocks may nest. \p handle is the same for both calls of a block
/// and tells the plugin which belong together; begin returns 0. \p kind is 0
/// for STM_ATOMIC, 1 for STM_SNAPSHOT, 2 for STM_OR_ELSE.
int __stm_block_begin(int *handle, unsigned kind, const char *name,
                      const char *file, unsigned line) __attribute__((nothrow));
void __stm_block_end(int *handle) __attribute__((nothrow));

#ifdef __cplusplus
}
#endif

#endif // STM_ABI_H
