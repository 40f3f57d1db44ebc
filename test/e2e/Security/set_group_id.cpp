//===- e2e/Security/set_group_id.cpp - STM_OPTIONS is ignored -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the environment says is nothing to a program that runs with rights that
// whoever started it doesn't have.
//
// REQUIRES: set-group-id
// RUN: %stmxx -O1 %s -o %t
// RUN: env STM_OPTIONS=help=1:report=full %t 2>&1 | FileCheck --check-prefix=ORDINARY %s
// RUN: chgrp %other_group %t && chmod g+s %t
// RUN: env STM_OPTIONS=help=1:report=full:report_path=%t.log %t 2>&1 | FileCheck --check-prefix=RAISED %s
// RUN: not ls %t.log

#include <cstdio>
#include <stm/stm.hpp>
#include <sys/auxv.h>

long Counter;

int main() {
  stm::atomic([] { ++Counter; });
  printf("rights raised: %lu, counter: %ld\n", getauxval(AT_SECURE), Counter);
}

// ORDINARY-DAG: llvm-stm options
// ORDINARY-DAG: rights raised: 0, counter: 1
// RAISED-NOT: llvm-stm
// RAISED: rights raised: 1, counter: 1
// RAISED-NOT: llvm-stm
