//===- e2e/Language/coverage.cpp - with coverage and profiles ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counters of the instrumentation are not part of transactions: they count
// executions, those of attempts that are rolled back too. A version counts
// where its original does.
//
// RUN: env LLVM_PROFILE_FILE=%t.profraw %one_level %t %s %stmxx -fprofile-instr-generate -fcoverage-mapping
// RUN: llvm-profdata merge %t.profraw -o %t.profdata
// RUN: llvm-profdata show --function=counted --counts %t.profdata | FileCheck %s --check-prefix=PROFILE
// PROFILE: Function count: 8
//
// RUN: env LLVM_PROFILE_FILE=%t.atomic.profraw %one_level %t %s %stmxx -fprofile-instr-generate -fprofile-update=atomic
// RUN: llvm-profdata merge %t.atomic.profraw -o %t.atomic.profdata
// RUN: llvm-profdata show --function=counted --counts %t.atomic.profdata | FileCheck %s --check-prefix=PROFILE
//
// RUN: env LLVM_PROFILE_FILE=%t.ir.profraw %one_level %t %s %stmxx -fprofile-generate
//
// RUN: rm -rf %t.gcov && mkdir %t.gcov && cd %t.gcov
// RUN: %at_O2 %t.gcov/a %s %stmxx --coverage
// RUN: llvm-cov gcov -t *.gcda | FileCheck %s --check-prefix=GCOV
// GCOV: 8:{{ *[0-9]+}}:{{.*}}++Counted;
//
// RUN: %if long %{ %one_level %t %s %stmxx -fsanitize-coverage=inline-8bit-counters %}
// RUN: %if long %{ %one_level %t %s %stmxx -fsanitize-coverage=inline-bool-flag %}
// RUN: %one_level %t %s %stmxx -fsanitize-coverage=trace-pc-guard,trace-cmp -DCALLBACKS
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

long X = 0, Counted = 0;

#ifdef CALLBACKS
extern "C" {
STM_PURE void __sanitizer_cov_trace_pc_guard(uint32_t *) {}
void __sanitizer_cov_trace_pc_guard_init(uint32_t *, uint32_t *) {}
void __sanitizer_cov_trace_cmp1(uint8_t, uint8_t) {}
void __sanitizer_cov_trace_cmp2(uint16_t, uint16_t) {}
void __sanitizer_cov_trace_cmp4(uint32_t, uint32_t) {}
void __sanitizer_cov_trace_cmp8(uint64_t, uint64_t) {}
void __sanitizer_cov_trace_const_cmp1(uint8_t, uint8_t) {}
void __sanitizer_cov_trace_const_cmp2(uint16_t, uint16_t) {}
void __sanitizer_cov_trace_const_cmp4(uint32_t, uint32_t) {}
void __sanitizer_cov_trace_const_cmp8(uint64_t, uint64_t) {}
void __sanitizer_cov_trace_switch(uint64_t, uint64_t *) {}
}
#endif

__attribute__((noinline)) void counted() { ++Counted; }

int main() {
  onThreads(2, [](unsigned) {
    for (int I = 0; I != 1000; ++I)
      stm::atomic([&] { X += I % 2 ? 1 : 3; });
  });
  EXPECT(X == 4000);
  for (int I = 0; I != 3; ++I)
    stm::atomic([] { counted(); });
  for (int I = 0; I != 2; ++I)
    optimistically("counted", [] { counted(); }); // Two attempts each.
  counted();
  EXPECT(Counted == 6);
  EXPECT(inevitableSoFar() == 0);
}
