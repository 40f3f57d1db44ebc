// RUN: %cc -O1 -c %s -o %t.o -Rpass-missed=stm 2>&1 | FileCheck %s --allow-empty --check-prefix=MISSED
// RUN: %cc -O1 -c %s -o %t.o -Rpass-analysis=stm 2>&1 | FileCheck %s
int puts(const char *);
// MISSED-NOT: remark
// CHECK: remark: a transaction becomes inevitable: call to puts, in hello
void hello(void) { puts("hello"); }
