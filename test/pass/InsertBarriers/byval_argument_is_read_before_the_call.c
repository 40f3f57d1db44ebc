// The call itself would copy *P, plainly.
// RUN: %cc -mllvm -stm-inline=never -O2 %s %emit | FileCheck %s
struct S { long A[4]; };
long ext(struct S);
// CHECK-LABEL: define {{.*}} @_ZGTt1f(
// CHECK: [[SLOT:%.*]] = alloca %struct.S
// CHECK: call void @__stm_read_range(ptr {{.*}}[[SLOT]], ptr {{.*}}align 8 {{.*}}%0, i64 32)
// CHECK: call i64 %{{.*}}(ptr {{.*}}byval(%struct.S) {{.*}}[[SLOT]])
long f(struct S *P) { return ext(*P); }
