//===- stm/attributes.h - marks that the pass reads -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_ATTRIBUTES_H
#define STM_ATTRIBUTES_H

#ifdef __clang__
#define STM_ANNOTATE_(What) __attribute__((annotate(What)))
#define STM_ANNOTATE_ARG_(What, Arg) __attribute__((annotate(What, Arg)))
#else
#define STM_ANNOTATE_(What)
#define STM_ANNOTATE_ARG_(What, Arg)
#endif

/// On a function definition: its whole body is one transaction. Not on a
/// variadic function.
///
/// The body needs the plugin. It takes the function out of the section named
/// here; where the section is still there at start, a file was compiled without
/// it, and the program ends with a message that says where (by the function's
/// name if it is exported), for its body would not be atomic. (`stm::atomic` works without the plugin.)
#define STM_TRANSACTION                                                        \
  STM_ANNOTATE_("stm_transaction")                                             \
  __attribute__((section("stm_transaction_without_plugin")))

/// On a declaration: an instrumented version exists in another file, so a
/// missing one is a link error instead of inevitability. On a definition: give
/// it one, whoever may call it.
#define STM_SAFE STM_ANNOTATE_("stm_safe")

/// A promise: the function reads and writes no memory that transactions
/// change, and calling it again after a rollback does no harm. It is called as
/// it stands. What it tells other threads of what its own transaction has done
/// or read they know too early: before that has committed.
#define STM_PURE STM_ANNOTATE_("stm_pure") __attribute__((noinline))

/// On a function with the signature of \p Function: transactions call it
/// instead. It is part of the transaction (or STM_PURE), and what it calls by
/// the name of
/// \p Function is the function itself.
///
///     STM_WRAPS(log_line) void log_line_later(const char *Line) { … }
///
/// It counts in the files that see its definition (it may be inline, in a
/// header); where \p Function is in a
/// library, in all files, and through pointers too. One wrapper a function.
#define STM_WRAPS(Function)                                                    \
  STM_ANNOTATE_ARG_("stm_wraps", Function) __attribute__((used))

/// On a global, static or thread-local variable that one thread uses: scratch
/// memory. Transactions access it without barriers: it isn't rolled back. So an
/// attempt finds in it what the one before has left, and must write before it
/// reads. It is about the variable itself, not about what it points to.
#define STM_TX_LOCAL STM_ANNOTATE_("stm_tx_local")

/// For stm.hpp: what the function's first argument points to is the block's
/// own. Nobody else sees it before the block has committed, and each attempt
/// writes what it reads of it, so it is accessed without barriers.
#define STM_THUNK_ STM_ANNOTATE_("stm_thunk")

#endif // STM_ATTRIBUTES_H
