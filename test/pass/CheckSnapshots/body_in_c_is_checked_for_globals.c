// RUN: not %cc -O1 -g -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
#include <stm/stm.h>
static long Sum;
static void body(void *Arg) {
  *(long *)Arg = 5;
  // CHECK: error: {{.*}}.c:[[#@LINE+1]]: write to 'Sum' inside stm::snapshot
  Sum = 5;
}
long f(void) {
  long Result;
  static const struct stm_site Site = {0, "file.c", 5};
  __stm_snapshot(body, &Result, &Site);
  return Result + Sum;
}
