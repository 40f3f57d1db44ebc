// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The runtime is found by what comes out of archives and shared libraries too.

// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stm-clang -DPART -fPIC -c %s -o part.o
// RUN: llvm-ar rc libpart.a part.o
// RUN: %stm-clang %s -L. -l:libpart.a -o static_part && ./static_part
// RUN: %stm-clang %s libpart.a -o archive && ./archive
// RUN: %clang -I%root/include -c %s -o plain.o
// RUN: %stm-clang -Wl,--as-needed plain.o libpart.a -o plain_main && ./plain_main
// RUN: %stm-clang -shared part.o -o libshared.so
// RUN: %stm-clang %s -L. -lshared -Wl,-rpath,%t -o shared && ./shared
// RUN: %stm-clang -fuse-ld=lld -O2 -flto %s part.o -o lto && ./lto

#include <stm/stm.h>

int next(void);

#ifdef PART
static int Counter;
STM_TRANSACTION int next(void) { return ++Counter; }
#else
int main(void) { return next() + next() == 3 ? 0 : 1; }
#endif
