//===- e2e/BadInput/policy_file.c - mistakes in -stm-policy=FILE --*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// RUN: echo 'fun:f=pure' > %t.policy
// RUN: echo '# a comment' >> %t.policy
// RUN: echo 'fun:g=maybe' >> %t.policy
// RUN: echo 'src:file.c=pure' >> %t.policy
// RUN: echo 'fun:f=inevitable' >> %t.policy
// RUN: echo 'fun:body=pure' >> %t.policy
// RUN: not %stmcc -stm-policy=%t.policy -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK-DAG: error: {{.*}}.policy:3: not a policy: 'fun:g=maybe'; a line is fun:NAME=pure or fun:NAME=inevitable
// CHECK-DAG: error: {{.*}}.policy:4: not a policy: 'src:file.c=pure'
// CHECK-DAG: error: {{.*}}.policy:5: 'f' has another policy at {{.*}}.policy:1
// CHECK-DAG: error: {{.*}}.policy:6: 'body' is STM_TRANSACTION or STM_SAFE, so it has a version
// RUN: not %stmcc -stm-policy=%t.missing -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot read the policy file '{{.*}}.missing': No such file or directory
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>

STM_TRANSACTION void body(void) {}
