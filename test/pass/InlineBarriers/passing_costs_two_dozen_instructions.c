// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// What a barrier costs where it just passes: instructions up to the return of a
// function that does nothing else, its two for the descriptor and the one for
// the table included. None of them saves a register.

// RUN: %cc -O2 -fno-asynchronous-unwind-tables -S %s -o %t.s
// RUN: awk '/^_ZGTt4load:/ { on = 1 } on && /^\t[a-z]/ { print; n++ } on && /ret/ { print "load: " n; exit }' %t.s > %t.load
// RUN: awk '/^_ZGTt5store:/ { on = 1 } on && /^\t[a-z]/ { print; n++ } on && /ret/ { print "store: " n; exit }' %t.s > %t.store
// RUN: cat %t.load %t.store | FileCheck %s

// CHECK-NOT: push
// CHECK-NOT: {{%[re]?sp}}
// CHECK: load: {{1?[0-9]|2[0-3]}}{{$}}
// CHECK-NOT: push
// CHECK-NOT: {{%[re]?sp}}
// CHECK: store: {{1?[0-9]|2[0-8]}}{{$}}

long load(long *P) { return *P; }
void store(long *P) { *P = 5; }
