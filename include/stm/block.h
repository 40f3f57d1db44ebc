//===- stm/block.h - STM_ATOMIC { ... } -------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Block statements. Part of stm.h.
//
// Each macro opens a scope with one variable whose cleanup runs at every exit
// of the block: its end, return, goto, an exception. The plugin takes what lies
// between __stm_block_begin and the calls of __stm_block_end out into a
// function (pass/OutlineBlocks); without it the two run the block alone. Nobody
// can get into the scope of such a variable by goto or by a case label:
// compilers refuse that.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BLOCK_H
#define STM_BLOCK_H

// What the macros consist of is no matter for the warnings of who uses them.
#pragma GCC system_header

#include "stm/abi.h"

/// STM_ATOMIC { … } runs the block as one transaction: as if no other
/// transaction ran meanwhile. On a conflict it is rolled back and run again;
/// what it did to memory, variables of the function around it included, is
/// undone before. What can't be undone (I/O) makes the transaction inevitable
/// first.
///
/// Every exit commits: the block's end, `return`, `goto` out of it, an
/// exception, and in C++ `break` and `continue` of a loop around it. (In C
/// these two would mean the block, not the loop, and are compile errors: use
/// `goto`.) Inside another transaction the block is part of that one. `alloca`
/// and `va_start` in a block are compile errors: what they set up would end
/// with the block.
///
/// Without the plugin blocks run one at a time, and the report says so. (There
/// `continue` in a block of a C program isn't noticed.)
#define STM_ATOMIC STM_BLOCK_(0, 0, 0)

/// The same with a name for reports, which otherwise show file and line. The
/// string lives as long as the program.
#define STM_ATOMIC_NAMED(Name) STM_BLOCK_(0, Name, 0)

/// STM_SNAPSHOT { … }: the block only reads, all of it as of one moment after
/// its begin: what had committed before is in it. Transactions that write never
/// roll it back, and it delays none of them, however long it takes, but those
/// that are inevitable and run alone.
///
/// It may allocate, and write variables of the functions that it is in or
/// calls, which is how it says what it has found. A write to any other memory,
/// or a free of it, is an error when compiling if the compiler sees it, else it
/// ends the program with a message. What can't be undone (I/O, a fork) makes it
/// inevitable: it begins again, alone, and reads what there is then. So does
/// one that STM_OPTIONS=memory_limit_mb has ended twice.
///
/// Inside an STM_ATOMIC block, or an stm::atomic, it is part of that
/// transaction, and sees what that has written. Inside another snapshot it is
/// part of that one; so is an STM_ATOMIC block, which must not write there.
/// Exits are those of STM_ATOMIC. Without the plugin it runs alone.
#define STM_SNAPSHOT STM_BLOCK_(1, 0, 0)

/// STM_ATOMIC { … } STM_OR_ELSE { … }: if the first block calls stm_retry, it
/// is undone and the second one runs in its place. If that calls stm_retry too,
/// the transaction sleeps until something that either has read changes, and
/// begins again. For more alternatives: another such pair as the second block.
///
/// Without the plugin the first block can't retry, so the second one never
/// runs.
#define STM_OR_ELSE STM_BLOCK_(2, 0, 1)

/// \cond
#define STM_BLOCK_(Kind, Name, IfZero)                                         \
  STM_BLOCK_1_(Kind, Name, IfZero, __COUNTER__)
#define STM_BLOCK_1_(Kind, Name, IfZero, Unique)                               \
  STM_BLOCK_2_(Kind, Name, IfZero, Unique)
#define STM_BLOCK_NEVER_0_(Unique) 0
#define STM_BLOCK_NEVER_1_(Unique) stm_block_##Unique == 0
#define STM_BLOCK_VARIABLE_(Kind, Name, Unique)                                \
  int stm_block_##Unique __attribute__((cleanup(__stm_block_end))) =           \
      __stm_block_begin(&stm_block_##Unique, Kind, Name, __FILE__, __LINE__)

#ifdef __cplusplus

// The branch that is never taken leads to what follows the block: there a
// cancelled block goes on. Compilers must not believe that, or they would warn
// of functions that end without a return; the label keeps clang from leaving
// the branch out. (An alternative's condition is no constant: without the
// plugin it is never run.) Compilers know an `if` with a variable before C++17
// too.
//
// `if (x) STM_ATOMIC { … }` is no dangling else of the user's.
#ifdef __clang__
#define STM_BLOCK_ELSE_                                                        \
  _Pragma("clang diagnostic push")                                             \
      _Pragma("clang diagnostic ignored \"-Wdangling-else\"") else _Pragma(    \
          "clang diagnostic pop")
#else
#define STM_BLOCK_ELSE_ else
#endif

#define STM_BLOCK_2_(Kind, Name, IfZero, Unique)                               \
  if (STM_BLOCK_VARIABLE_(Kind, Name, Unique);                                 \
      STM_BLOCK_NEVER_##IfZero##_(Unique)) {                                   \
    stm_block_past_##Unique : __attribute__((unused));                         \
  }                                                                            \
  STM_BLOCK_ELSE_

#elif !defined(__STDC_VERSION__) || __STDC_VERSION__ < 199901L

// C89 has no variables in `for`; compilers that take them there end their scope
// with the one around it, or lose what comes after it (clang 22).
#define STM_BLOCK_2_(Kind, Name, IfZero, Unique)                               \
  _Pragma(                                                                     \
      "GCC error \"STM_ATOMIC and the like need C99: -std=gnu99\"") if (0);    \
  else

#else

// C has no other statement that opens a scope before a statement than `for`, so
// `break` and `continue` in the block mean one of ours:
//  - `break` leaves the inner loop, which nothing else does; only then is the
//    outer loop's increment reachable, and it is a compile error.
//  - `continue` goes to the inner loop's increment. So does the end of the
//    block, but by way of the end of the `if`: the plugin counts the edges.
// The label in the branch that is never taken keeps clang from leaving out the
// `if`; that the condition is constant keeps compilers from believing that the
// block may be skipped.
#define STM_BLOCK_2_(Kind, Name, IfZero, Unique)                               \
  for (STM_BLOCK_VARIABLE_(Kind, Name, Unique);;                               \
       __stm_block_break(__FILE__, __LINE__))                                  \
    if (STM_BLOCK_NEVER_##IfZero##_(Unique))                                   \
      stm_block_done_##Unique : break;                                         \
    else                                                                       \
      for (;; __extension__({                                                  \
             __stm_block_next(__FILE__, __LINE__);                             \
             goto stm_block_done_##Unique;                                     \
           }))                                                                 \
        if (0)                                                                 \
          stm_block_skip_##Unique : __attribute__((unused));                   \
        else

void __stm_block_break(const char *file, unsigned line)
    __attribute__((error("'break' would leave the STM_ATOMIC block only, not "
                         "the loop around it: use goto")));
static inline __attribute__((unused)) void __stm_block_next(const char *file,
                                                            unsigned line) {
  (void)file;
  (void)line;
}

#endif
/// \endcond

#endif // STM_BLOCK_H
