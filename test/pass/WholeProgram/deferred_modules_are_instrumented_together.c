// A compile step prepares, reserves the names that others may call, and asks for
// the plugin. The link, which sees both files, instruments: what is inlined by
// then has no call.
// RUN: %cc -mllvm -stm-inline=never -mllvm -stm-whole-program -O1 -flto %s -c -emit-llvm -o %t.a.bc
// RUN: %cc -mllvm -stm-inline=never -mllvm -stm-whole-program -O1 -flto -DOTHER %s -c -emit-llvm -o %t.b.bc
// RUN: %dis %t.a.bc -o - | FileCheck %s --check-prefix=COMPILED --implicit-check-not=stm_write
// RUN: %link %t.a.bc %t.b.bc -o %t.bc
// RUN: %opt -stm-inline=never -passes='internalize,lto<O2>' -internalize-public-api-list=main %t.bc | FileCheck %s --check-prefix=LINKED --implicit-check-not=needs --implicit-check-not=reserved
//
// Nothing was made local: versions keep the names that were reserved.
// RUN: %opt -stm-inline=never -passes='lto<O2>' %t.bc | FileCheck %s --check-prefix=EXPORTED --implicit-check-not=needs
#include <stm/stm.h>

// COMPILED: @stm.needs_plugin = private {{.*}} @__stm_this_link_needs_the_pass_plugin_and_full_lto
// COMPILED: @llvm.used = {{.*}}@stm.needs_plugin
#ifdef OTHER
int G;
void set(int Value) { G = Value; }
int get(void) { return G; }
#else
void set(int Value);
int get(void);
// COMPILED: define {{.*}} @_ZGTt6caller()
// COMPILED-NEXT: unreachable
void caller(void) { set(1); }
int main(void) {
  STM_ATOMIC { caller(); }
  return get();
}
#endif

// LINKED-NOT: define{{.*}}_ZGTt3set
// LINKED: define internal {{.*}}_ZGTt{{[0-9]+}}main.stm_block
// LINKED: call void @__stm_write_{{.*}}@G
// LINKED-NOT: define{{.*}}_ZGTt3set

// EXPORTED-DAG: define {{(dso_local )?}}void @_ZGTt6caller()
// EXPORTED-DAG: define {{(dso_local )?}}void @_ZGTt3set(i32
