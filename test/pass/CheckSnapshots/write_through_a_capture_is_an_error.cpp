// RUN: not %cxx -O0 -g -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
// RUN: not %cxx -O2 -g -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
#include <stm/stm.hpp>
struct Pair {
  long A, B;
  void f() {
    // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to '*this' inside stm::snapshot, which is read-only: return the result instead{{$}}
    stm::snapshot([this] { B = 3; });
  }
};
extern long Values[10];
void f(long *Pointer, Pair P) {
  P.f();
  long Sum = 0;
  stm::snapshot([&] {
    for (long V : Values)
      // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to 'Sum' inside
      Sum += V;
  });
  stm::snapshot([X = 5, &P, Pointer] {
    // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to 'P' inside
    P.B = X;
    // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to '*Pointer' inside
    Pointer[5] = X;
  });
  // Whether it is called as a copy or where it is.
  auto Named = [&Sum] {
    // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to 'Sum' inside
    Sum = Values[1];
    return Pair{1, 2};
  };
  stm::snapshot(Named);
}
