// -mconstructor-aliases puts C1 and C2 into one comdat, C5: so do the versions.
// RUN: %cxx -O1 -mconstructor-aliases %s %emit | FileCheck %s
struct B { int X; B(int); };
template <class T> struct D : B { D(T X) : B(X) {} };
template struct D<int>;
B *use() { return new D<int>(1); }
// CHECK-DAG: $_ZGTtN1DIiEC5Ei = comdat any
// CHECK-DAG: @_ZGTtN1DIiEC1Ei = weak_odr {{.*}}alias {{.*}} @_ZGTtN1DIiEC2Ei
// CHECK-DAG: define weak_odr {{.*}} @_ZGTtN1DIiEC2Ei({{.*}} comdat($_ZGTtN1DIiEC5Ei)
