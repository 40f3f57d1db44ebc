// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Vectors of words are read with one look at a stripe, and never lie in memory.

// RUN: %cc -O2 %emit %s | FileCheck %s

typedef long Pair __attribute__((vector_size(16), aligned(8)));
typedef long Four __attribute__((vector_size(32), aligned(8)));
typedef char Bytes __attribute__((vector_size(16), aligned(1)));

// CHECK-LABEL: define {{.*}} @_ZGTt3two(
// CHECK-NOT: alloca
// CHECK-COUNT-2: load atomic i64, ptr {{.*}} acquire
// CHECK: getelementptr {{.*}}@__stm_orecs
// CHECK-NOT: @__stm_orecs
// CHECK: ret
Pair two(const Pair *P) { return *P; }

// CHECK-LABEL: define {{.*}} @_ZGTt4four(
// CHECK-NOT: call {{.*}}@__stm_read_range
// CHECK: ret
void four(const Four *P, Four *Private) {
  Four V = *P;
  __asm__("" : : "m"(V));
}

// CHECK-LABEL: define {{.*}} @_ZGTt8storeTwo(
// CHECK-NOT: alloca
// CHECK-COUNT-2: store atomic i64 {{.*}} release
// CHECK-COUNT-2: call void @__stm_write_first_u64
// CHECK-NOT: @__stm_write_range
// CHECK: ret
void storeTwo(Pair *P, Pair V) { *P = V; }

// What may not be words is looked at, and takes the way of any range if it
// isn't.
typedef float Floats __attribute__((vector_size(16), aligned(4)));
typedef int Ints __attribute__((vector_size(8), aligned(4)));

// CHECK-LABEL: define {{.*}} @_ZGTt6floats(
// CHECK: and i64 %{{.*}}, 7
// CHECK: @__stm_orecs
// CHECK: call {{.*}}@__stm_read_range({{.*}}, i64 {{.*}}16)
// CHECK: ret
Floats floats(const Floats *P) { return *P; }

// CHECK-LABEL: define {{.*}} @_ZGTt9storeInts(
// CHECK: and i64 %{{.*}}, 7
// CHECK: store atomic i64 {{.*}} release
// CHECK: call {{.*}}@__stm_write_range({{.*}}, i64 {{.*}}8)
// CHECK: ret
void storeInts(Ints *P, Ints V) { *P = V; }

// Whatever isn't aligned to halves of words stays a call.
// CHECK-LABEL: define {{.*}} @_ZGTt5bytes(
// CHECK: call void @__stm_read_range
Bytes bytes(const Bytes *P) { return *P; }
