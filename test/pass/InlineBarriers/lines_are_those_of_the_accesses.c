// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What is inlined has the line of the access, so that reports name it.

// RUN: %cc -O2 -g %emit %s | FileCheck %s

long load(long *P) {
  // CHECK-LABEL: define {{.*}} @_ZGTt4load(
  // CHECK: call preserve_mostcc {{.*}}@__stm_read_slow_u64({{.*}} !dbg [[LINE:![0-9]+]]
  // CHECK: [[LINE]] = !DILocation(line: [[#@LINE+1]], column: 10
  return *P;
}
