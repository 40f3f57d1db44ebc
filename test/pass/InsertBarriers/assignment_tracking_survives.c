// Stores carry !DIAssignID at -O2 -g, which no call may have.
// RUN: %cc -mllvm -stm-inline=never -O2 -g %s %emit > %t.ll
// RUN: %verify %t.ll 2>&1 | FileCheck %s --allow-empty --check-prefix=CLEAN
// RUN: FileCheck %s < %t.ll
// CLEAN-NOT: {{.}}
// CHECK: call void @__stm_write_u32(
struct P { int A, B, C[6]; };
void use(struct P *);
int f(int X) {
  struct P L = {X, X + 1, {2}};
  use(&L);
  L.B = X;
  use(&L);
  return L.A;
}
