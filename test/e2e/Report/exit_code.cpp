//===- e2e/Report/exit_code.cpp - fail_on and exitcode ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For CI: the program's exit code says that there were conflicts or inevitable
// transactions.
//
// RUN: %stmxx -O2 %s -o %t
// RUN: %t
// RUN: env STM_OPTIONS=fail_on=inevitable:exitcode=7 %t; test $? = 0
// RUN: env STM_OPTIONS=fail_on=inevitable:exitcode=7 %t x; test $? = 7
// RUN: env STM_OPTIONS=fail_on=conflicts:exitcode=7 %t x; test $? = 0
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

int main(int Argc, char **) {
  stm::atomic([&] {
    if (Argc > 1)
      stm::become_inevitable("asked for");
  });
}
