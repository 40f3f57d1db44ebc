//===- e2e/Language/shared_ptr_last_drop.cpp - plain drops -------*- C++ -*-==//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plain code must count the last reference down, not look whether both counts are
// 1 and store 0: a snapshot may count one of its own in between.
//
// There the counting is a call.
// UNSUPPORTED: tsan
// RUN: %stmxx -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %stmxx -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=EITHER
//
//===----------------------------------------------------------------------===//

#include <memory>

// CHECK-LABEL: define {{.*}}void @_Z4dropRSt10shared_ptrIiE(
// CHECK-NOT: 4294967297
// CHECK: atomicrmw {{.*}} i32 -1
// CHECK-NOT: 4294967297
// EITHER-NOT: 4294967297
void drop(std::shared_ptr<int> &Last) { Last.reset(); }
