// RUN: %cc -O1 -DFIRST -c -emit-llvm %s -o %t.first.bc
// RUN: clang -O1 -c -emit-llvm %s -o %t.second.bc
// RUN: llvm-link %t.first.bc %t.second.bc -o %t.bc
// RUN: %cc -O1 -x ir %t.bc %emit | FileCheck %s
// CHECK-DAG: define {{.*}} @_ZGTt5first(
// CHECK-DAG: define {{.*}} @_ZGTt6second(
// CHECK-NOT: @_ZGTt11_ZGTt
#ifdef FIRST
int A;
void first(void) { A = 1; }
#else
void first(void);
int B;
void second(void) { B = 1; first(); }
#endif
