// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// The first write to a stripe is told where the next write goes, if that is
// known and elsewhere. Not in loops, and not across other calls.

// RUN: %cc -O2 -fno-slp-vectorize %emit %s | FileCheck %s

// CHECK-LABEL: define {{.*}} @_ZGTt8transfer(
// CHECK-SAME: ptr {{.*}}%0, ptr {{.*}}%1)
// CHECK: call i64 @__stm_read_to_write_ahead_u64(ptr {{[^,]*}}, ptr {{[^,]*}}%0, ptr {{[^,]*}}%1)
// CHECK: call i64 @__stm_read_to_write_first_u64(ptr {{[^,]*}}, ptr {{[^,]*}}%1)
void transfer(long *From, long *To) {
  *From -= 1;
  *To += 1;
}

// What computes the address may come between the two.
// CHECK-LABEL: define {{.*}} @_ZGTt8elements(
// CHECK: [[NEXT:%[^ ]+]] = getelementptr i64, ptr %0, i64 %2
// CHECK: call void @__stm_write_ahead_u64({{.*}}, i64 {{[^,]*}}%3, ptr {{[^,]*}}[[NEXT]])
// CHECK: call void @__stm_write_first_u64(
void elements(long *P, long I, long J, long V) {
  P[I] = V;
  P[J] = V;
}

// Neighbours, mostly of the same stripe, are one place. A read that locks is a
// write.
struct Node {
  struct Node *Next;
  long Value;
};
// CHECK-LABEL: define {{.*}} @_ZGTt6insert(
// CHECK: call void @__stm_write_ahead_u64({{.*}}, ptr {{[^,]*}}%1)
// CHECK: call i64 @__stm_read_to_write_ahead_u64({{.*}}%1, ptr {{[^,]*}}%0)
// CHECK: call void @__stm_write_first_u64(
void insert(struct Node *New, struct Node *Before, long V) {
  New->Value = V;
  New->Next = Before->Next;
  Before->Next = New;
}

// CHECK-LABEL: define {{.*}} @_ZGTt4hops(
// CHECK-NOT: _ahead_
// CHECK: ret void
void hops(long **P) {
  **P = 1;
  *P[1] = 2; // Where that is must be read first.
}

void other(void);
// CHECK-LABEL: define {{.*}} @_ZGTt6across(
// CHECK-NOT: _ahead_
// CHECK: ret void
void across(long *P, long *Q) {
  *P = 1;
  other();
  *Q = 2;
}

// CHECK-LABEL: define {{.*}} @_ZGTt6inLoop(
// CHECK-NOT: _ahead_
// CHECK: ret void
void inLoop(long *P, long *Q, unsigned long Count) {
#pragma clang loop unroll(disable)
  for (unsigned long I = 0; I != Count; ++I) {
    P[I * 8] += 1;
    Q[I * 8] += 1;
  }
}
