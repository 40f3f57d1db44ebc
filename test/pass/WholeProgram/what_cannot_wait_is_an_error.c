// RUN: not %cc -mllvm -stm-whole-program -O1 -flto -g -DWRAPS %s -c -o %t.o 2>&1 | FileCheck %s --check-prefix=WRAPS
// RUN: not %cc -mllvm -stm-whole-program -O1 -flto -fsanitize=address %s -c -o %t.o 2>&1 | FileCheck %s --check-prefix=SANITIZER
// RUN: not %cc -mllvm -stm-whole-program -O1 -flto -fsanitize=thread %s -c -o %t.o 2>&1 | FileCheck %s --check-prefix=SANITIZER
// RUN: %cc -mllvm -stm-whole-program -O1 -flto -fsanitize=undefined %s -c -o %t.o
#include <stm/stm.h>
#ifdef WRAPS
static int once(int X) { return X; }
// WRAPS: what_cannot_wait_is_an_error.c:[[@LINE+1]]: 'other' is STM_WRAPS(once): compile its file without -stm-whole-program and without -flto
STM_WRAPS(once) static int other(int X) { return X + 1; }
int use(int X) { return once(X); }
#endif
// SANITIZER: -stm-whole-program: sanitizers must not see what transactions do
int G;
void f(void) { G = 1; }
