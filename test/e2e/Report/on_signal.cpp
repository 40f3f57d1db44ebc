//===- e2e/Report/on_signal.cpp - report_signal ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For a program that doesn't end: it goes on after the report, also its forked
// children have one.
//
// RUN: %stmxx -O2 %s -o %t
// RUN: env STM_OPTIONS=report_signal=12:report_path=%t.report %t %t.report
// RUN: FileCheck %s --input-file %t.report
// CHECK: asked for
// CHECK: SUMMARY
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <csignal>
#include <cstring>
#include <sys/wait.h>

/// The last line is there.
void awaitReports(const char *Path, int Wanted) {
  for (int Found = 0; Found < Wanted;) {
    Found = 0;
    if (FILE *File = fopen(Path, "r")) {
      char Line[1000];
      while (fgets(Line, sizeof(Line), File))
        Found += strncmp(Line, "SUMMARY", 7) == 0;
      fclose(File);
    }
    usleep(10000);
  }
}

int main(int, char **Arguments) {
  unlink(Arguments[1]);
  stm::atomic("block", [] { stm::become_inevitable("asked for"); });
  raise(SIGUSR2);
  awaitReports(Arguments[1], 1);
  if (pid_t Child = fork()) {
    int Status;
    waitpid(Child, &Status, 0);
    EXPECT(Status == 0);
  } else {
    stm::atomic("block", [] { stm::become_inevitable("of the child"); });
    raise(SIGUSR2);
    awaitReports(Arguments[1], 2);
    _exit(0);
  }
}
