// RUN: not %cxx -O0 -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
// RUN: not %cxx -O2 -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
#include <stm/stm.hpp>
long Global;
static void count() { ++Global; }
void f() {
  long Sum = 0;
  // CHECK-DAG: error: {{.*}}without_debug_information_it_names_the_block.cpp:[[#@LINE+1]]: write to 'Global' inside stm::snapshot
  stm::snapshot([] {
    Global = 3;
  });
  // CHECK-DAG: error: {{.*}}without_debug_information_it_names_the_block.cpp:[[#@LINE+1]]: write to a captured variable inside stm::snapshot
  stm::snapshot("named", [&] {
    Sum = 3;
  });
  // CHECK-DAG: error: {{.*}}without_debug_information_it_names_the_block.cpp:[[#@LINE+1]]: write to 'Global' inside stm::snapshot, {{.*}}, in count()
  stm::snapshot([] { count(); });
}
