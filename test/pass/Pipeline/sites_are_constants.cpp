// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Name, file and line of a block are one constant, where they are constants. A
// name that is computed stays on the stack.

// RUN: %cxx -O2 %emit %s | FileCheck %s

#include <stm/stm.hpp>

long X;

// CHECK-DAG: [[NAMED:@stm.site[.0-9]*]] = private unnamed_addr constant { ptr, ptr, i32 } { ptr @{{.*}}, ptr @{{.*}}, i32 [[#@LINE+3]] }
// CHECK-LABEL: define {{.*}} @_Z5namedv(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}tx({{.*}}, ptr {{(nonnull )?}}[[NAMED]])
void named() { stm::atomic("name", [] { ++X; }); }

// CHECK-LABEL: define {{.*}} @_Z7readingv(
// CHECK: call i32 @__stm_atomic_ro_tx({{.*}}, ptr {{(nonnull )?}}@stm.site
long reading() {
  return stm::atomic([] { return X; });
}

// CHECK-LABEL: define {{.*}} @_Z8snapshotv(
// CHECK: call i32 @__stm_snapshot_tx({{.*}}, ptr {{(nonnull )?}}@stm.site
long snapshot() {
  return stm::snapshot([] { return X; });
}

// CHECK-LABEL: define {{.*}} @_Z8computedPKc(
// CHECK: call i32 @__stm_atomic_{{(wf_)?}}tx({{.*}}, ptr {{.*}}%
void computed(const char *Name) { stm::atomic(Name, [] { ++X; }); }

// A loop that is unrolled: the same block three times.
// CHECK-LABEL: define {{.*}} @_Z5threev(
// CHECK-COUNT-3: call i32 @__stm_atomic{{.*}}_tx({{.*}}, ptr {{(nonnull )?}}@stm.site
void three() {
  for (int I = 0; I != 3; ++I)
    stm::atomic([=] { X += I; });
}
