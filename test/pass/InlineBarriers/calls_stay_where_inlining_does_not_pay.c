// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Calls stay where nothing is optimized, on demand, in functions that are to be
// small or are rarely run, and where a sanitizer would look at the fast path.
// (ThreadSanitizer looks at no version.)

// RUN: %cc -O0 %emit %s | FileCheck %s
// RUN: %cc -O2 -mllvm -stm-inline=never %emit %s | FileCheck %s
// RUN: %cc -Os %emit %s | FileCheck %s
// RUN: %cc -Oz %emit %s | FileCheck %s
// RUN: %cc -O2 -fsanitize=address %emit %s | FileCheck %s
// RUN: %cc -O2 -fsanitize=memory %emit %s | FileCheck %s
// RUN: %cc -O2 -mcmodel=large %emit %s | FileCheck %s
// RUN: %cc -O2 -DATTRIBUTE=cold %emit %s | FileCheck %s
// RUN: %cc -O2 -DATTRIBUTE=minsize %emit %s | FileCheck %s

// CHECK-NOT: __stm_orecs
// CHECK-LABEL: define {{.*}} @_ZGTt9increment(
// CHECK: call {{.*}}i64 @__stm_read_to_write_u64(
// CHECK: call {{.*}}void @__stm_write_read_u64(

#ifndef ATTRIBUTE
#define ATTRIBUTE unused
#endif
__attribute__((ATTRIBUTE)) void increment(long *P) { ++*P; }
