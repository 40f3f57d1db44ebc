// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Questions to clang are answered as clang answers them: the runtime is no
// input that would make it link.

// RUN: %stmcc --version | grep 'clang version %llvm[.]'
// RUN: %stmcc -v 2>&1 | FileCheck --check-prefix=VERBOSE %s
// VERBOSE-NOT: lstm
// RUN: not %stmcc 2>&1 | FileCheck --check-prefix=NOTHING %s
// NOTHING: error: no input files
// RUN: not %stmcc -o -stm-strict 2>&1 | FileCheck --check-prefix=NOTHING %s
// RUN: not %stmcc -c %s.none 2>&1 | FileCheck --check-prefix=NOFILE %s
// NOFILE: error: no such file or directory
// RUN: %stmcc -### %s 2>&1 | FileCheck --check-prefix=STEPS %s
// STEPS: "-cc1"{{.*}}"-fpass-plugin={{[^"]*}}/lib/libstm-pass-{{[0-9]+}}.so"
// STEPS: "-lstm"
// RUN: %stmcc -### -c %s 2>&1 | FileCheck --check-prefix=COMPILE %s
// COMPILE-NOT: "-lstm"

int main(void) { return 0; }
