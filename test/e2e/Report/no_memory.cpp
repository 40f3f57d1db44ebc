//===- e2e/Report/no_memory.cpp - a log that finds no memory ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A process that may have 16 MB more runs a transaction whose log takes 64 MB: it
// is rolled back, and runs alone. The report says where, why, and what helps. If
// there is no memory for the report itself, it says that, and the program ends as
// it would have.
//
// Sanitizers need more memory than it leaves.
// UNSUPPORTED: sanitized
// RUN: %two_levels %t %s %stmxx -g
// CHECK: 1 rolled back, 1 inevitable
// CHECK: 1. once, {{.*}}: "all at once" found no memory for its log
// CHECK-NEXT: at fill(){{.*}} {{.*}}no_memory.cpp:[[#LINE:]]
// CHECK-NEXT: make the transaction smaller, or give the process more memory
// CHECK: the transaction's log could not grow, at fill(){{.*}} {{.*}}no_memory.cpp:[[#LINE]]
//
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t.O2
// RUN: python3 %inputs/report.py --schema %t.json | FileCheck %s --check-prefix=JSON
// JSON: conflict 1: capacity {{.*}}count=1 {{.*}}victim="all at once" at no_memory.cpp
//
// RUN: %t.O2 short > %t.short 2>&1; test $? = 3
// RUN: FileCheck %s --check-prefix=SHORT --input-file %t.short
// SHORT: done
// SHORT-NEXT: WARNING: llvm-stm: no memory for the report
// SHORT-NOT: {{.}}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <sys/resource.h>

constexpr size_t Words = 2000000;
long *Memory = new long[Words]();

static void allowMore(size_t Bytes) {
  std::FILE *File = std::fopen("/proc/self/statm", "r");
  size_t Pages = 0;
  EXPECT(File && std::fscanf(File, "%zu", &Pages) == 1);
  std::fclose(File);
  rlimit Limit;
  getrlimit(RLIMIT_AS, &Limit);
  Limit.rlim_cur = Pages * 4096 + Bytes;
  EXPECT(setrlimit(RLIMIT_AS, &Limit) == 0);
}

__attribute__((noinline)) void fill() {
  stm::atomic("all at once", [] {
    for (size_t I = 0; I != Words; ++I)
      Memory[I] = 1;
  });
}

int main(int Argc, char **) {
  stm::atomic([] { Memory[0] = 2; });
  allowMore(16 << 20);
  fill();
  for (size_t I = 0; I != Words; ++I)
    EXPECT(Memory[I] == 1);
  if (Argc == 1)
    allowMore(size_t{1} << 30);
  std::fputs("done\n", stderr);
  return Argc == 1 ? 0 : 3;
}
