// RUN: %cc -O1 %s %emit | FileCheck %s
// CHECK-LABEL: define {{.*}} @_ZGTt5empty(
// CHECK-NOT: __stm_become_inevitable
// CHECK: ret
void empty(int X) {
  __asm__ volatile("" ::: "memory");
  __asm__ volatile("" : "+r"(X));
  __asm__ volatile("# a comment");
  __asm__ volatile(".p2align 5\n\tnop");
  __asm__ volatile("pause");
}
// "rm" may be a register, which is stored then.
// CHECK-LABEL: define {{.*}} @_ZGTt6stores(
// CHECK: call void @__stm_become_inevitable(ptr @"stm.reason.inline assembly")
// CHECK-NEXT: call void asm
void stores(long *To, long X) { __asm__("" : "=rm"(*To) : "0"(X)); }
// CHECK-LABEL: define {{.*}} @_ZGTt8computes(
// CHECK-NOT: __stm_become_inevitable
// CHECK: ret
int computes(int X) {
  __asm__("addl $1, %0" : "+r"(X));
  return X;
}
// CHECK-LABEL: define {{.*}} @_ZGTt4does(
// CHECK: call void @__stm_become_inevitable(ptr @"stm.reason.inline assembly")
// CHECK-NEXT: call void asm sideeffect "mfence"
void does(void) { __asm__ volatile("mfence"); }
// CHECK-LABEL: define {{.*}} @_ZGTt5jumps(
// CHECK: call void @__stm_become_inevitable(
// CHECK-NEXT: callbr void asm
int jumps(int X) {
  __asm__ goto("testl %0, %0\n jz %l1" : : "r"(X) : : Zero);
  return 1;
Zero:
  return 0;
}
