// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
#include <stm/stm.h>
// CHECK: error: {{.*}}variadic_function_is_an_error.c:4: 'f' cannot be STM_TRANSACTION: it is variadic
STM_TRANSACTION int f(int N, ...) { return N; }
