// RUN: %cc -O1 -fPIC -fsemantic-interposition %s %emit | FileCheck %s
// CHECK: @stm.clones = {{.*}} { ptr @hook.stm_own, ptr @_ZGTt4hook }
// CHECK: define {{.*}}i32 @_ZGTt1f(
// CHECK: call ptr @__stm_clone_of(ptr {{.*}}@hook)
// CHECK: define i32 @_ZGTt4hook(
int f(void);
int hook(void);
int f(void) { return hook(); }
int hook(void) { return 1; }
