// RUN: %cxx -O2 -g -c %s -o %t.o -Rpass=stm 2>&1 | FileCheck %s --implicit-check-not=remark:
#include <stm/stm.hpp>
long A;
long sum() {
  // CHECK: remark_names_line_and_function.cpp:[[#@LINE+1]]:{{.*}} remark: a transaction only reads, in sum() [-Rpass=stm]
  return stm::atomic([] { return A; });
}
void count() {
  stm::atomic([] { ++A; });
}
