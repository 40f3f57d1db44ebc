// RUN: not %cxx -O0 -g -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
// RUN: not %cxx -O2 -g -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error:
#include <stm/stm.hpp>
long Hits;
// CHECK: error: {{.*}}.cpp:[[#@LINE+1]]: write to 'Hits' inside stm::snapshot, which is read-only: return the result instead, in count(), called from find(int){{$}}
static void count() { ++Hits; }
int find(int Key) {
  count();
  return Key;
}
int f() {
  return stm::snapshot([] { return find(4) + find(5); });
}
