// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// RUN: %stmcc -O1 -c %s -o %t.o
// RUN: not %cc -fuse-ld=lld %t.o -o %t 2>&1 | FileCheck %s
// CHECK: undefined symbol: __stm_abi_v7
// RUN: not %cc -fuse-ld=bfd %t.o -o %t 2>&1 | FileCheck --check-prefix=BFD %s
// BFD: undefined reference to `__stm_abi_v7'

#include <stm/stm.h>

static int Counter;

STM_TRANSACTION int next(void) { return ++Counter; }

int main(void) { return next(); }
