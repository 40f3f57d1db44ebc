// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// At -O1 and above a version has the barriers' fast paths in it, and calls on
// cold paths only. Nothing else of the bitcode stays.

// RUN: %cc -O1 %emit %s | FileCheck %s
// RUN: %cc -O2 %emit %s | FileCheck %s
// RUN: %cc -O3 -flto %emit %s | FileCheck %s
// RUN: %cc -O2 -flto=thin %emit %s | FileCheck %s
// RUN: %cc -O2 -fno-pic %emit %s | FileCheck %s
// RUN: %cc -O2 %emit %s | FileCheck --check-prefix=LEFT %s

// CHECK: @__stm_current = external thread_local(initialexec)
// CHECK: @__stm_orecs = external {{(local_unnamed_addr )?}}global

// The value first, then the stripe's word (2), (4).
// CHECK-LABEL: define {{.*}} @_ZGTt4load(
// CHECK: [[VALUE:%.*]] = load atomic i64, ptr %0 acquire
// CHECK: load atomic i64, ptr {{.*}} acquire
// CHECK: br i1 {{.*}} !prof
// CHECK: [[SLOW:%.*]] = {{.*}}call preserve_mostcc {{.*}}i64 @__stm_read_slow_u64(ptr {{.*}}%0)
// CHECK: phi i64 {{.*}}[ [[SLOW]],
long load(long *P) { return *P; }

// CHECK-LABEL: define {{.*}} @_ZGTt5store(
// CHECK: load atomic i64, ptr {{.*}} monotonic
// CHECK: store atomic i64 %1, ptr %0 release
// CHECK: call void @__stm_write_first_u64(
void store(long *P, long V) { *P = V; }

// LEFT-NOT: @__stm_inline
// LEFT-NOT: call {{.*}}@__stm_read_u
// LEFT-NOT: call {{.*}}@__stm_write_u
// LEFT-NOT: llvm.global_ctors = appending global [2
