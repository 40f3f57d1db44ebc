//===- e2e/BadInput/annotation_on_local.cpp - marks on locals and fields --===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As on variables.
//
// RUN: not %stmxx -O0 -DLOCAL -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %stmxx -O2 -DLOCAL -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %stmxx -O2 -DFIELD -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: annotation_on_local.cpp:{{[0-9]+}}
// CHECK-NOT: PLEASE submit a bug report
//
//===----------------------------------------------------------------------===//

#include <stm/stm.hpp>

#ifdef LOCAL
int main() {
  STM_SAFE int Local = 5;
  return Local;
}
#else
struct S {
  STM_SAFE int Field;
};
int main(int Argc, char **) {
  S Object{Argc};
  return Object.Field;
}
#endif
