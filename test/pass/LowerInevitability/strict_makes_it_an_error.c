// RUN: not %cc -O1 -g -mllvm -stm-strict -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
#include <stm/stm.h>
int write(int, const void *, unsigned long);
int puts(const char *);
int (*Pointer)(void);
// CHECK: error: {{.*}}strict_makes_it_an_error.c:[[#@LINE+1]]: a transaction becomes inevitable: call to write, in save.stm_body
STM_TRANSACTION void save(int *P) { write(1, P, Pointer()); }
// No transaction of this file calls it.
void hello(void) { puts("hello"); }
int main(void) { hello(); }
