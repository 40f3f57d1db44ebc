// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The dynamic symbols of libstm.so are the rows of runtime_abi.def: none is
// missing, and nothing of sanitizer_common, libbacktrace or jemalloc leaks out.

// A sanitized library has more of them.
// UNSUPPORTED: sanitized
// RUN: rm -rf %t && mkdir %t
// RUN: %cc -E -P %s | grep -o 'ROW [A-Za-z0-9_]*' | sed 's/^ROW //' | sort > %t/rows
// RUN: nm -D --defined-only %libdir/libstm.so > %t/nm
// RUN: awk '{ print $3 }' %t/nm | sort > %t/exported
// RUN: diff %t/rows %t/exported

// Rows are there at all, functions are functions, none is versioned, and only
// those of libc are weak: others may stand before ours.
//
// RUN: grep -qx stm_become_inevitable %t/rows
// RUN: grep -qx __stm_wrap_malloc %t/rows
// RUN: grep -vE ' W [a-z_0-9]*$' %t/nm > %t/own
// RUN: not grep -v ' [TDBR] [A-Za-z0-9_]*$' %t/own

// What the program's malloc is stays the program's choice: the runtime asks for
// it, and doesn't bind to its own or to the private jemalloc's.
// RUN: readelf -rW %libdir/libstm.so | FileCheck --check-prefix=MALLOC %s
// MALLOC: R_{{.*}}_JUMP_SLOT{{.*}} malloc + 0

#define STM_RTL(Name, ...) ROW Name
#define STM_WRAP(Original, ...) ROW __stm_wrap_##Original
#define STM_SLOW(Name, ...) ROW Name
#define STM_FIRST(Name, ...) ROW Name
#define STM_DATA(Name) ROW Name
#define STM_INTERCEPT(Name) ROW Name
#define STM_API(Name) ROW Name
#include "stm/runtime_abi.def"
ROW STM_ABI_SYMBOL
