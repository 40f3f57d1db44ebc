// What the runtime has versions of, and what native objects call by its version's
// name, keeps its parameters, though a link has made it local: a row of the
// runtime, or another compiler's call, knows them.
// RUN: %cxx -mllvm -stm-inline=never -mllvm -stm-whole-program -O1 -flto %s -c -emit-llvm -o %t.bc
// RUN: %opt -stm-inline=never -passes='internalize,lto<O2>' -internalize-public-api-list=main,_ZGTt6calledii %t.bc | FileCheck %s
#include <memory>
#include <stm/stm.hpp>

// CHECK-LABEL: define internal {{.*}}_ZGTt
// CHECK: call void @__stm_wrap__ZNSt16_Sp_counted_base
std::shared_ptr<int> P, Q;

// Its second parameter isn't used.
// CHECK: define {{.*}}i32 @_ZGTt6calledii(i32 {{[^,]*}}, i32 {{[^,]*}})
int G;
int called(int X, int) { return G = X; }

int main() {
  stm::atomic([] { P = Q; });
  return called(1, 2);
}
