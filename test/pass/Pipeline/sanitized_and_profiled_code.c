// RUN: %cc -O1 -fsanitize=address,undefined %s -c -o %t.o
// RUN: %cc -O1 -fsanitize=thread %s -c -o %t.o
// RUN: %cc -O0 -fsanitize=thread %s -c -o %t.o
// RUN: %cc -O1 -fprofile-instr-generate -fprofile-update=atomic -fcoverage-mapping %s -c -o %t.o
// RUN: %cc -O0 --coverage %s -c -o %t.o
// RUN: %cc -O1 -fsanitize-coverage=trace-pc-guard,trace-cmp %s -c -o %t.o
// Counting is no reason to be inevitable, and neither is checking.
// RUN: %cc -O1 -fsanitize=undefined -fprofile-instr-generate -fprofile-update=atomic %s %emit | FileCheck %s
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK-NOT: __stm_become_inevitable
// CHECK: ret i32
int Array[10];
__attribute__((no_sanitize("thread", "address"))) static int raw(int X) {
  return Array[X];
}
int f(int X) {
  if (X < 0 || X > 9)
    return -1;
  return Array[X] + raw(X) + X;
}
