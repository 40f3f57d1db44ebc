// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The descriptor is asked for once a function, before all barriers and outside
// of loops.

// RUN: %cc -O2 -fno-vectorize -fno-unroll-loops %emit %s | FileCheck %s

// CHECK-LABEL: define {{.*}} @_ZGTt3sum(
// CHECK-NOT: {{^[0-9]+:}}
// CHECK: llvm.threadlocal.address{{.*}}@__stm_current
// CHECK-NEXT: load ptr
// CHECK-NEXT: br i1
// CHECK-NOT: __stm_current
// CHECK: {{^}}}
long sum(const long *P, unsigned long Count, long *Result) {
  if (!Count)
    return 0;
  long Sum = 0;
  for (unsigned long I = 0; I != Count; ++I)
    Sum += P[I];
  *Result = Sum;
  return Sum;
}
