// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// RUN: rm -rf %t && mkdir %t
// RUN: %stmcc -O1 -c %s -o %t/main.o
// RUN: %cc -shared -fPIC -w -fno-builtin \
// RUN:   %S/Inputs/other_version.c -o %t/libstm.so -Wl,-soname,libstm.so
// RUN: not %cc -fuse-ld=lld %t/main.o -L%t -lstm -o %t/main 2>&1 \
// RUN:   | FileCheck --check-prefix=LINK %s
// LINK-NOT: undefined symbol: __stm_atomic
// LINK: undefined symbol: __stm_abi_v7
// LINK-NOT: undefined symbol: __stm_atomic

// Linked with the right one, then run with the other.
// RUN: %cc -fuse-ld=lld %t/main.o -L%libdir -lstm -o %t/main
// RUN: env LD_LIBRARY_PATH=%libdir %t/main
// RUN: (env LD_LIBRARY_PATH=%t %t/main || echo was refused) 2>&1 \
// RUN:   | FileCheck --check-prefix=LOAD %s
// LOAD: undefined symbol: __stm_abi_v7
// LOAD: was refused

#include <stm/stm.h>

static int Counter;

STM_TRANSACTION int next(void) { return Counter++; }

int main(void) { return next(); }
