// RUN: %cxx -O1 -g -c %s -o %t.o -Rpass-missed=stm 2>&1 | FileCheck %s
#include <stm/stm.hpp>
#include <unistd.h>
namespace app { void log(int X) { write(1, &X, sizeof X); } }
// CHECK: remark: a transaction becomes inevitable: call to write, in app::log(int), inlined into app2(int) [-Rpass-missed=stm]
int (*Pointer)(int);
// CHECK: remark: a transaction may become inevitable: indirect call, in app2(int) [-Rpass-missed=stm]
STM_SAFE int app2(int X) { app::log(X); return Pointer(X); }
