// RUN: %cc -mllvm -stm-inline=never -O2 -g %s %emit > %t.ll
// RUN: %verify %t.ll 2>&1 | FileCheck %s --allow-empty --check-prefix=CLEAN
// RUN: FileCheck %s < %t.ll
// CLEAN-NOT: {{.}}
// CHECK: define {{.*}} @_ZGTt1f({{.*}} !dbg ![[SP:[0-9]+]]
// CHECK: call i32 @__stm_read_to_write_u32({{.*}}, !dbg ![[LINE:[0-9]+]]
// CHECK: call void @__stm_write_read_u32({{.*}}, !dbg
// CHECK-DAG: ![[SP]] = distinct !DISubprogram(name: "f"
// CHECK-DAG: ![[LINE]] = !DILocation(line: [[#@LINE+1]], {{.*}}scope: ![[SP]]
void f(int *P) { ++*P; }
