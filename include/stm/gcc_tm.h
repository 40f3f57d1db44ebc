//===- stm/gcc_tm.h - sources written for GCC's -fgnu-tm --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Included first (or by `-include stm/gcc_tm.h`), it makes C and C++ compile
// unchanged that use GCC's transactional memory as block statements with
// attributes:
//
//   __transaction_atomic { … }     STM_ATOMIC; never refused, but inevitable
//   __transaction_relaxed { … }    where it does what can't be undone
//   __transaction_cancel;          stm_cancel(), of the innermost block
//   __attribute__((transaction_safe))      STM_SAFE: a missing version is a
//   link
//                                          error
//   __attribute__((transaction_pure))      STM_PURE
//   __attribute__((transaction_callable))  nothing: every function is
//   __attribute__((transaction_unsafe))    nothing: inevitable if need be
//
// Not: transaction expressions, function transaction blocks,
// transaction_may_cancel_outer, transaction_wrap (use STM_WRAPS), and the
// `transaction_safe` specifier behind a C++ declarator. Each is an error with
// its line; so is `__transaction_cancel [[outer]]`, which has to undo the
// blocks around too. (`[[outer]]` of a block is ignored, with a warning.)
//
// These names are macros then, also where the program means something else.
//
//===----------------------------------------------------------------------===//

#ifndef STM_GCC_TM_H
#define STM_GCC_TM_H

#include "stm/stm.h"

#ifndef __clang__
#error "stm/gcc_tm.h is for the plugin: compile with stm-clang or stm-clang++"
#endif

#define __transaction_atomic STM_ATOMIC
#define __transaction_relaxed STM_ATOMIC
#define __transaction_cancel stm_cancel()

// Within __attribute__((…)), where an attribute may also be missing.
#define transaction_safe annotate("stm_safe")
#define __transaction_safe__ annotate("stm_safe")
#define transaction_pure annotate("stm_pure"), noinline
#define __transaction_pure__ annotate("stm_pure"), noinline
#define transaction_callable
#define __transaction_callable__
#define transaction_unsafe
#define __transaction_unsafe__

#define transaction_wrap(Function)                                             \
  _Pragma("GCC error \"transaction_wrap is not supported: use STM_WRAPS\"")
#define transaction_may_cancel_outer                                           \
  _Pragma("GCC error \"transaction_may_cancel_outer is not supported\"")

#endif // STM_GCC_TM_H
