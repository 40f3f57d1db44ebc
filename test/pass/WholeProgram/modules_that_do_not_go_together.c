// One was instrumented when it was compiled.
// RUN: %cc -mllvm -stm-whole-program -O1 -flto %s -c -emit-llvm -o %t.a.bc
// RUN: %cc -O1 -flto -g -DOTHER %s -c -emit-llvm -o %t.b.bc
// RUN: %link %t.a.bc %t.b.bc -o %t.bc
// RUN: not %opt -passes='lto<O2>' %t.bc 2>&1 | FileCheck %s --check-prefix=DONE
//
// A function is STM_PURE to the file that calls it, and not to its own: that one's
// callers count on its barriers.
// RUN: %cc -mllvm -stm-whole-program -O1 -flto -g -DOTHER %s -c -emit-llvm -o %t.b.bc
// RUN: %link %t.a.bc %t.b.bc -o %t.bc
// RUN: not %opt -passes='lto<O2>' %t.bc 2>&1 | FileCheck %s --check-prefix=PURE
//
// Both say so, in either order: it is called as it stands, and not inlined.
// RUN: %cc -mllvm -stm-whole-program -O1 -flto -DOTHER -DBOTH %s -c -emit-llvm -o %t.b.bc
// RUN: %link %t.a.bc %t.b.bc -o %t.bc
// RUN: %opt -passes='lto<O2>' %t.bc | FileCheck %s --check-prefix=BOTH
// RUN: %link %t.b.bc %t.a.bc -o %t.bc
// RUN: %opt -passes='lto<O2>' %t.bc | FileCheck %s --check-prefix=BOTH
//
// And of what no file defines.
// RUN: %cc -mllvm -stm-whole-program -O1 -flto -DTHIRD %s -c -emit-llvm -o %t.b.bc
// RUN: %link %t.b.bc %t.a.bc -o %t.bc
// RUN: not %opt -passes='lto<O2>' %t.bc 2>&1 | FileCheck %s --check-prefix=NEITHER
// NEITHER: 'bump' is STM_PURE to some files and not to others
// RUN: %cc -mllvm -stm-whole-program -O1 -flto -DTHIRD -DBOTH %s -c -emit-llvm -o %t.b.bc
// RUN: %link %t.b.bc %t.a.bc -o %t.bc
// RUN: %opt -passes='lto<O2>' %t.bc | FileCheck %s --check-prefix=BOTH
#include <stm/stm.h>
#if defined(OTHER)
#ifdef BOTH
STM_PURE
#endif
// DONE: modules_that_do_not_go_together.c:[[@LINE+2]]: 'bump' was instrumented when its file was compiled: a link with -stm-whole-program
// PURE: modules_that_do_not_go_together.c:[[@LINE+1]]: 'bump' is STM_PURE to some files and not to others: put that where all see it
int bump(int X) { return X + 1; }
#elif defined(THIRD)
#ifdef BOTH
STM_PURE
#endif
int bump(int X);
int third(int X) { return bump(X); }
#else
STM_PURE int bump(int X);
int G;
// BOTH-LABEL: define {{.*}} @_ZGTt4user(
// BOTH-NOT: become_inevitable
// BOTH: call i32 @bump(
// BOTH-NOT: become_inevitable
// BOTH: ret void
void user(void) { G = bump(G); }
#endif
