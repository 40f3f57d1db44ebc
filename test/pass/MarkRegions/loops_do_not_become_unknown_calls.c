// LLVM 22 makes this a call of wcslen, for which there is no version.
// RUN: %cc -mllvm -stm-inline=never -O2 %s %emit | FileCheck %s --implicit-check-not="wcslen("
// CHECK-LABEL: define {{.*}} @_ZGTt6length(
// CHECK: call i32 @__stm_read_u32(
unsigned long length(const __WCHAR_TYPE__ *S) {
  unsigned long N = 0;
  while (S[N])
    ++N;
  return N;
}
