// Whether it is inlined three times or not; without -g too.
// RUN: %cxx -O2 -c %s -o %t.o -Rpass-missed=stm 2>&1 | FileCheck %s
// RUN: %cxx -O2 -g -c %s -o %t.o -Rpass-missed=stm 2>&1 | FileCheck %s
// RUN: %cxx -O0 -c %s -o %t.o -Rpass-missed=stm 2>&1 | FileCheck %s
// RUN: not %cxx -O2 -g -mllvm -stm-strict -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=STRICT
#include <stm/stm.h>
extern "C" int unknown(int);
// CHECK: a_place_is_told_of_once.cpp:[[#@LINE+3]]:{{.*}} a transaction becomes inevitable: call to unknown (unless its file is compiled with the plugin), in 
// CHECK-NOT: call to unknown
// STRICT-COUNT-1: error: {{.*}}call to unknown, in {{.*}}; if another file has its version: STM_SAFE
inline int helper(int I) { return unknown(I); }
STM_TRANSACTION int f() { return helper(1); }
STM_TRANSACTION int g() { return helper(2) + helper(3); }
// STRICT-NOT: call to unknown
