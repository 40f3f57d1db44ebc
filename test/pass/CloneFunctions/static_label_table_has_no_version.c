// The table holds the original's labels: a version would jump there.
// RUN: %cc -O1 %s %emit | FileCheck %s --implicit-check-not=@_ZGTt3run
// CHECK-LABEL: define {{.*}} @_ZGTt4user(
// CHECK: call void @__stm_become_inevitable(
// CHECK: call i32 @run(
__attribute__((noinline)) int run(const char *Code) {
  static const void *const Labels[] = {&&Add, &&Sub, &&End};
  int N = 0;
  goto *Labels[(int)*Code++];
Add:
  N += 3;
  goto *Labels[(int)*Code++];
Sub:
  --N;
  goto *Labels[(int)*Code++];
End:
  return N;
}
int user(const char *Code) { return run(Code); }
