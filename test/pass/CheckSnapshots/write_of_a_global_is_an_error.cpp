// At every level, conditional or not.
// RUN: not %cxx -O0 -g -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
// RUN: not %cxx -O2 -g -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
#include <stm/stm.hpp>
namespace app {
long Sum;
}
struct Pair {
  long A, B;
} Pairs[4];
void f(bool Condition) {
  // CHECK-DAG: error: {{.*}}write_of_a_global_is_an_error.cpp:[[#@LINE+1]]: write to 'app::Sum' inside stm::snapshot, which is read-only: return the result instead{{$}}
  stm::snapshot([] { app::Sum = 5; });
  stm::snapshot([=] {
    if (Condition)
      // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to 'Pairs'
      Pairs[2].B += 3;
  });
  stm::snapshot("named", [] {
    // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to 'Pairs'
    Pairs[1] = Pairs[2];
    long &Reference = app::Sum;
    // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to 'app::Sum'
    Reference++;
  });
  // CHECK-DAG: error: {{.*}}.cpp:[[#@LINE+1]]: write to 'app::Sum'
  stm::atomic([] { stm::snapshot([] { app::Sum = 6; }); });
}
