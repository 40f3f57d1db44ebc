// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
#include <stm/stm.h>
// CHECK: error: {{.*}}naked_function_is_an_error.c:4: 'f' cannot be STM_TRANSACTION: it is naked
STM_TRANSACTION __attribute__((naked)) void f(void) { __asm__("ret"); }
