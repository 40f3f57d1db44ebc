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
#else
#define STM_ANNOTATE_(What)
#endif

/// On a function definition: its whole body is one transaction. Not on a
/// variadic function.
///
/// The body needs the plugin. It takes the function out of the section named
/// here; where the section is still there at start, a file was compiled without
/// it, and the program ends with a message that names the function, for its
/// body would not be atomic. (`stm::atomic` works without the plugin.)
#define STM_TRANSACTION                                                        \
  STM_ANNOTATE_("stm_transaction")                                             \
  __attribute__((section("stm_transaction_without_plugin")))

/// On a declaration: an instrumented version exists in another file, so a
/// missing one is a link error instead of inevitability. On a definition: give
/// it one, whoever may call it.
#define STM_SAFE STM_ANNOTATE_("stm_safe")

/// A promise: the function reads and writes no memory that transactions
/// change, and calling it again after a rollback does no harm. It is called as
/// it stands.
#define STM_PURE STM_ANNOTATE_("stm_pure") __attribute__((noinline))

/// For stm.hpp: what the function's first argument points to is the block's
/// own. Nobody else sees it before the block has committed, and each attempt
/// writes what it reads of it, so it is accessed without barriers.
#define STM_THUNK_ STM_ANNOTATE_("stm_thunk")

#endif // STM_ATTRIBUTES_H
