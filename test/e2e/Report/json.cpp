//===- e2e/Report/json.cpp - report_format=json ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Always written, also when there is little to say; a path that can't be
// written to and a program without debug information are no obstacle; stm-report
// takes the latter from elsewhere.
//
// RUN: %stmxx -O2 -g %s -o %t
// RUN: rm -f %t.*.json
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report_path=%t.%%p.json %t 1
// RUN: python3 %inputs/report.py --schema %t.*.json | FileCheck %s
// CHECK: block "json.cpp:[[#UNNAMED:]]" executions=1
// CHECK: conflict 1: {{.*}} object=global Shared+0 {{.*}}victim="json.cpp:[[#UNNAMED]]"
// CHECK: conflict {{.*}}cancel
// CHECK: inevitable: asked for count=1 in "loud"
//
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report_path=%t.quiet %t
// RUN: python3 %inputs/report.py %t.quiet
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report=none:report_path=%t.none %t 1
// RUN: test ! -e %t.none
//
// The newest report only.
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report_path=%t.twice %t 1 twice
// RUN: python3 %inputs/report.py %t.twice
//
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report_path=/dev/full %t 1 2> %t.full
// RUN: FileCheck %s --check-prefix=FULL --input-file %t.full
// FULL: WARNING: {{.*}}couldn't be written (No space left on device)
// RUN: env STM_OPTIONS=quiesce=never:report_format=json %t 1 2>&-
//
// RUN: cp %t %t.nodebug && strip %t.nodebug
// RUN: env STM_OPTIONS=quiesce=never:report_format=json:report_path=%t.stripped %t.nodebug 1
// RUN: FileCheck %s --check-prefix=STRIPPED --input-file %t.stripped
// STRIPPED: "victim"
// STRIPPED: "module": "{{.*}}nodebug", "module_offset": {{[1-9]}}
// STRIPPED: "object"
// STRIPPED: "module_offset": {{[1-9]}}
// RUN: mkdir -p %t.symbols && cp %t %t.symbols/json.cpp.tmp.nodebug
// RUN: %build/bin/stm-report show --full --symbols=%t.symbols %t.stripped > %t.shown
// RUN: FileCheck %s --check-prefix=SYMBOLS --input-file %t.shown
// SYMBOLS: 1. once
// SYMBOLS: at {{.*}}json.cpp:{{[0-9]+.*}}, written by {{.*}}json.cpp:{{[0-9]+}}
// SYMBOLS: object: Shared
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long Shared = 0;
std::atomic<bool> Struck{false};

int main(int Argc, char **) {
  if (Argc == 1) {
    stm::atomic([] { ++Shared; });
    return 0;
  }
  {
    Thread Striker([] {
      await(1);
      stm::atomic("strike", [] { Shared = 5; });
      reached(2);
    });
    stm::atomic([] {
      long Seen = Shared;
      if (firstTime(Struck)) {
        reached(1);
        await(2); // It doesn't wait for this one: quiesce=never.
      }
      Shared = Seen + 1;
    });
  }
  stm::try_atomic([] {
    ++Shared;
    stm::cancel();
  });
  if (Argc > 2)
    stm_print_report();
  stm::atomic("loud", [] { stm::become_inevitable("asked for"); });
}
