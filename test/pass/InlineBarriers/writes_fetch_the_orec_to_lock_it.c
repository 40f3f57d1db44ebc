// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Another processor may have both lines. The orec is loaded through a pointer
// that is there only after the prefetch has begun: a load that goes first gets
// the line to be read, and the lock waits for it once more.

// RUN: %cc -O2 -fno-asynchronous-unwind-tables -S %s -o - | FileCheck %s

// CHECK-LABEL: _ZGTt5store:
// CHECK-NOT: {{^[a-zA-Z_]+:}}
// CHECK: prefetchw (%r{{[sd]}}i)
// CHECK: prefetchw ([[OREC:%r[a-z0-9]+]])
// CHECK: leaq ([[OREC]]), [[OREC]]
// CHECK: movq ([[OREC]]), %r
// CHECK: __stm_write_first_u64

void store(long *P) { *P = 5; }
