// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
#include <stm/attributes.h>
void original(int I);
int another(int I);
// CHECK-DAG: wrong_wrappers_are_errors.c:6: STM_WRAPS(original): 'narrow' has other parameters, or another result
STM_WRAPS(original) void narrow(short I) { (void)I; }
STM_WRAPS(another) int first(int I) { return I; }
// CHECK-DAG: wrong_wrappers_are_errors.c:9: STM_WRAPS(another): 'first' wraps it already
STM_WRAPS(another) int second(int I) { return I; }
// CHECK-DAG: wrong_wrappers_are_errors.c:12: STM_WRAPS(itself): a function can't wrap itself
void itself(int);
STM_WRAPS(itself) void itself(int I) { (void)I; }
// CHECK-DAG: wrong_wrappers_are_errors.c:14: STM_WRAPS needs the name of a function
STM_WRAPS(0) int third(int I) { return I; }
