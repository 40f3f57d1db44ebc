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
//   __attribute__((transaction_safe))      STM_SAFE: without a version it
//                                          doesn't link
//   __attribute__((transaction_pure))      STM_PURE
//   __attribute__((transaction_callable))  nothing: every function is
//   __attribute__((transaction_unsafe))    nothing: inevitable if need be
//   __attribute__((transaction_may_cancel_outer))  nothing: every function may
//
// `__transaction_cancel [[outer]];` undoes the blocks around too
// (stm_cancel_outer()). It needs -DSTM_GCC_TM_OUTER, which makes a macro of the
// word `outer`: a macro can't see what follows it, and compilers drop
// attributes that they don't know before anybody else could, so without that
// macro the two statements would be the same. Where the program has other
// things of that name write `stm_cancel_outer();` instead. Without either it is
// an error. (`[[outer]]` of a block means nothing: the outermost one is
// cancelled.)
//
// Not: transaction expressions, function transaction blocks, transaction_wrap
// (use STM_WRAPS), and the `transaction_safe` specifier behind a C++
// declarator. Each is an error with its line.
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
#ifdef STM_GCC_TM_OUTER
#if __has_warning("-Wc-attribute-extension")
// To the end of the file: the brackets stand where C wants an expression.
#pragma clang diagnostic ignored "-Wc-attribute-extension"
#endif
// What stands in the brackets leaves them, and is the body of the loop; without
// them the body is empty. The word means something there only.
enum { stm_gcc_outer_ = 0 };
#define __transaction_cancel                                                   \
  for (const int stm_gcc_outer_ = 1;; (void)stm_gcc_outer_, stm_cancel())
#define outer                                                                  \
  ]] if (stm_gcc_outer_)                                                       \
    stm_cancel_outer();                                                        \
  _Pragma("clang diagnostic push")                                             \
  _Pragma("clang diagnostic ignored \"-Wdangling-else\"")                      \
  else _Pragma("clang diagnostic pop") [[
#else
#define __transaction_cancel stm_cancel()
#endif

// Within __attribute__((…)), where an attribute may also be missing.
#define transaction_safe annotate("stm_safe")
#define __transaction_safe__ annotate("stm_safe")
#define transaction_pure annotate("stm_pure"), noinline
#define __transaction_pure__ annotate("stm_pure"), noinline
#define transaction_callable
#define __transaction_callable__
#define transaction_unsafe
#define __transaction_unsafe__
#define transaction_may_cancel_outer
#define __transaction_may_cancel_outer__

#define transaction_wrap(Function)                                             \
  _Pragma("GCC error \"transaction_wrap is not supported: use STM_WRAPS\"")

#endif // STM_GCC_TM_H
