// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The runtime is found by what comes out of archives and shared libraries too.

// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stmcc -DPART -fPIC -c %s -o part.o
// RUN: llvm-ar rc libpart.a part.o
// RUN: %stmcc %s -L. -l:libpart.a -o static_part && ./static_part
// RUN: %stmcc %s libpart.a -o archive && ./archive
// RUN: %cc -c %s -o plain.o
// RUN: %stmcc -Wl,--as-needed plain.o libpart.a -o plain_main && ./plain_main
// RUN: %stmcc -shared part.o -o libshared.so
// RUN: %stmcc %s -L. -lshared -Wl,-rpath,%t -o shared && ./shared
// RUN: %stmcc -fuse-ld=lld -O2 -flto %s part.o -o lto && ./lto

#include <stm/stm.h>

int next(void);

#ifdef PART
static int Counter;
STM_TRANSACTION int next(void) { return ++Counter; }
#else
int main(void) { return next() + next() == 3 ? 0 : 1; }
#endif
