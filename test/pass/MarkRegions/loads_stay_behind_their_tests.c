// Without the marks, SimplifyCFG makes this a select of two loads.
// RUN: %cc -mllvm -stm-inline=never -O2 %s %emit | FileCheck %s
int Ready, Data;
// CHECK-LABEL: define {{.*}} @_ZGTt7consume(
// CHECK: call i32 @__stm_read_u32({{.*}}@Ready)
// CHECK: br i1
// CHECK: call i32 @__stm_read_u32({{.*}}@Data)
// CHECK: ret
int consume(void) { return Ready ? Data : 0; }
