// Lines and variables stay those of the function.
// RUN: %cc -O0 -g %s %emit > %t.O0.ll
// RUN: %verify %t.O0.ll 2>&1 | FileCheck %s --allow-empty --check-prefix=CLEAN
// RUN: FileCheck %s < %t.O0.ll
// With assignment tracking:
// RUN: %cc -O2 -g %s %emit > %t.O2.ll
// RUN: %verify %t.O2.ll 2>&1 | FileCheck %s --allow-empty --check-prefix=CLEAN
// RUN: %cc -O2 -g -Xclang -fexperimental-assignment-tracking=forced %s %emit > %t.at.ll
// RUN: %verify %t.at.ll 2>&1 | FileCheck %s --allow-empty --check-prefix=CLEAN
// CLEAN-NOT: {{.}}
#include <stm/stm.h>
struct S { long A, B; } G;
// CHECK-LABEL: define internal void @f.stm_block(
// CHECK: #dbg_declare(ptr %{{[0-9]+}}, [[VARIABLE:![0-9]+]],
// CHECK: store i32 77, ptr %{{[0-9]+}}, align 4, !dbg [[PLACE:![0-9]+]]
// CHECK-DAG: [[F:![0-9]+]] = distinct !DISubprogram(name: "f", {{.*}}line: [[#@LINE+4]],
// CHECK-DAG: [[PLACE]] = !DILocation(line: [[#@LINE+10]], {{.*}}inlinedAt: [[AT:![0-9]+]])
// CHECK-DAG: [[AT]] = distinct !DILocation(line: [[#@LINE+5]],
// CHECK-DAG: [[VARIABLE]] = !DILocalVariable(name: "Own"
long f(struct S *P) {
  struct S Local = *P;
  long Sum = 0;
  STM_ATOMIC {
    Local.A += G.B;
    while (Sum < 5)
      Sum += Local.A;
    int Own = 77;
    G = Local;
    Sum += Own;
  }
  return Sum + Local.A;
}
