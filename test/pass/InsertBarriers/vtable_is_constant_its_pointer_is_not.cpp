// RUN: %cxx -mllvm -stm-inline=never -O1 %s %emit | FileCheck %s
struct B { virtual int f(); };
// CHECK-LABEL: define {{.*}} @_ZGTt4callP1B(
// CHECK: [[V:%.*]] = call i64 @__stm_read_u64(ptr {{.*}}%0)
// CHECK: [[P:%.*]] = inttoptr i64 [[V]] to ptr
// CHECK: [[F:%.*]] = load ptr, ptr [[P]]
// CHECK: call ptr @__stm_clone_of(ptr [[F]])
int call(B *P) { return P->f(); }
