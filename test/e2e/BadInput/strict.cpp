//===- e2e/BadInput/strict.cpp - -stm-strict --------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What makes a transaction inevitable is an error then, with line and reason;
// as a remark it can be asked for.
//
// RUN: not %stmxx -O2 -g -stm-strict -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %stmxx -O2 -g -Rpass-missed=stm -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=REMARK
// CHECK: error: {{.*}}strict.cpp:[[#@LINE+12]]
// CHECK-SAME: close
// REMARK: strict.cpp:[[#@LINE+10]]{{.*}}remark
// REMARK-SAME: close
//
//===----------------------------------------------------------------------===//

#include <stm/stm.hpp>

#include <unistd.h>

int main() {
  return stm::atomic([] { return close(-1); });
}
