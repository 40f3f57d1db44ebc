// The weak reference goes through the GOT, also where code is not
// position-independent: it has to be able to be null.
// RUN: %cc -O2 -fno-pic -fno-pie --target=x86_64-linux-gnu %s -S -o - | FileCheck %s
// CHECK-LABEL: _ZGTt1f:
// CHECK: _ZGTt5other@GOTPCREL(%rip)
// CHECK: .weak _ZGTt5other
int other(void);
int f(void) { return other() + 1; }
