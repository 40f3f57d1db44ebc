// RUN: %cc -O1 -DFIRST -c -emit-llvm %s -o %t.first.bc
// RUN: clang -O1 -c -emit-llvm %s -o %t.second.bc
// RUN: llvm-link %t.first.bc %t.second.bc -o %t.bc
// RUN: %cc -O0 -x ir %t.bc %emit | FileCheck %s
// CHECK-LABEL: define {{.*}} @_ZGTt6second(
// CHECK: call void @_ZGTt5first()
#ifdef FIRST
int A;
void first(void) { A = 1; }
#else
void first(void);
int B;
void second(void) { B = 1; first(); }
#endif
