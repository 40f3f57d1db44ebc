// RUN: %cxx -O1 %s %emit | FileCheck %s
#include <stm/stm.hpp>
int G;
struct C { STM_TRANSACTION int get() const { return G; } };
int use(const C &X) { return X.get(); }
// CHECK-DAG: define linkonce_odr hidden {{.*}} @_ZNK1C3getEv.stm_body({{.*}} comdat
// CHECK-DAG: define linkonce_odr hidden {{.*}} @_ZNK1C3getEv.stm_thunk({{.*}} comdat
// CHECK-DAG: define linkonce_odr hidden {{.*}} @_ZGTtNK1C3getEv.stm_thunk({{.*}} comdat
