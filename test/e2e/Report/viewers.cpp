//===- e2e/Report/viewers.cpp - timelines and weighted stacks for viewers ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g %s -o %t
// RUN: env STM_OPTIONS=report_format=trace:report_path=%t.trace %t
// RUN: python3 %inputs/trace_rules.py %t.trace | FileCheck %s --check-prefix=RULES
// RULES: {{[0-9]+}} slices, {{[1-9][0-9]*}} arrows
// RUN: FileCheck %s --check-prefix=TRACE --input-file %t.trace
// TRACE-DAG: {"ph": "X", {{.*}}"cat": "abort", "name": "the reader's block (rolled back)"}
// TRACE-DAG: {"ph": "s", {{.*}}"tid": [[#WRITER:]], {{.*}}"id": 1
// TRACE-DAG: {"ph": "f", {{.*}}"id": 1, "bp": "e"}
// TRACE-DAG: "tid": [[#WRITER]], {{.*}}"cat": "commit", "name": "the writer's block"}
//
// RUN: env STM_OPTIONS=report_format=collapsed:report_path=%t.stacks %t
// RUN: FileCheck %s --check-prefix=STACKS --input-file %t.stacks
// STACKS: the reader's block;{{.*}};reader();{{.*}} {{.*}}viewers.cpp:[[#LINE:]] {{[0-9]+$}}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long Shared = 0;
alignas(64) long Result = 0;
std::atomic<bool> Waited{false};

__attribute__((noinline)) void reader() {
  stm::atomic("the reader's block", [] {
    reached(1);
    if (firstTime(Waited))
      await(2);
    Result = Shared;
    reached(3);
  });
}

__attribute__((noinline)) void writer() {
  stm::atomic("the writer's block", [] {
    await(1);
    Shared = 5;
    reached(2);
    awaitBriefly(3);
  });
}

int main() {
  Thread Reader(reader);
  Thread Writer(writer);
}
