// RUN: %cc -O2 %s %emit | FileCheck %s --implicit-check-not=sanitize_thread --implicit-check-not=stm-no-speculation
// CHECK: define {{.*}}i32 @f(
int f(int *P) { return P ? *P : 0; }
