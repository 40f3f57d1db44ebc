// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// A file with transactions has inlined barriers in what these reach and what
// other files may call: not in code around blocks, nor in local functions that
// are known by address only. A call through a pointer may lead to those. In a
// file without transactions, or on demand, they are everywhere.

// RUN: %cc -O1 %emit %s | FileCheck %s --check-prefixes=CHECK,CALLED,AROUND
// RUN: %cc -O1 -DSTEP=Callback %emit %s | FileCheck %s --check-prefixes=CHECK,INLINED,AROUND
// RUN: %cc -O1 -DSTEP=elsewhere %emit %s | FileCheck %s --check-prefixes=CHECK,INLINED,AROUND
// RUN: %cc -O1 -mllvm -stm-inline=always %emit %s | FileCheck %s --check-prefixes=CHECK,INLINED
// RUN: %cc -O1 -DLIBRARY %emit %s | FileCheck %s --check-prefixes=CHECK,INLINED

#include <stm/stm.h>
#ifndef STEP
#define STEP reached
#endif

__attribute__((noinline)) static long reached(long *P) { return *P; }
long keepsReached(long *P) { return reached(P); }

// CHECK-LABEL: define {{.*}} @_ZGTt5known(
// CALLED: @__stm_read_u64
// INLINED: __stm_orecs
__attribute__((noinline)) static long known(long *P) { return *P; }
long (*Callback)(long *) = known;
long elsewhere(long *P);

// AROUND-LABEL: define {{.*}} @_ZGTt6around(
// AROUND: call {{.*}}@__stm_write_u64
#ifndef LIBRARY
void around(long *P, long *Q) {
  STM_ATOMIC { *P = STEP(Q); }
  *Q = 1;
}
#endif

// CHECK-LABEL: define {{.*}} @_ZGTt8exported(
// CHECK-NOT: @__stm_read_u64
// CHECK: __stm_orecs
long exported(long *P) { return *P; }

// Its version comes last.
// CHECK-LABEL: define {{.*}} @_ZGTt7reached(
// CHECK-NOT: @__stm_read_u64
// CHECK: __stm_orecs
