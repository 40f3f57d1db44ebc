// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// RUN: not %stmcc -static %s -o %t 2>&1 | FileCheck %s
// RUN: not %stmxx -static-pie -x c++ %s -o %t 2>&1 | FileCheck %s
// CHECK: error: -static{{(-pie)?}}: the runtime, libstm, is a shared library
// only

// Compiling for it is nobody's mistake yet.
// RUN: %stmcc -static -c %s -o %t.o

int main(void) { return 0; }
