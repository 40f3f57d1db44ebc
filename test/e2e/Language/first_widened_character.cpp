//===- e2e/Language/first_widened_character.cpp - a locale's table --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first getline, endl or fill of a process fills a table of the classic
// locale's, which isn't a reason to be inevitable.
//
// RUN: %stmxx -O0 %s -o %t.O0
// RUN: %stmxx -O2 %s -o %t.O2
// RUN: %stmxx -O2 -stm-strict -c %s -o %t.o
// RUN: for p in %t.O0 %t.O2; do for f in getline endl fill; do \
// RUN:   env STM_OPTIONS=report=none $p $f || exit 1; \
// RUN: done; done
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <ostream>
#include <sstream>
#include <string>

std::string Text = "one\ntwo\n", Result;

static void read() {
  stm::atomic([] {
    std::istringstream In(Text);
    std::string Line;
    std::getline(In, Line);
    Result = Line;
  });
}

static void endLine() {
  stm::atomic([] {
    std::ostringstream Out;
    Out << "one" << std::endl;
    Result = Out.str();
  });
}

static void fill() {
  stm::atomic([] {
    std::ostringstream Out;
    Out.width(5);
    Out.fill(Out.widen('.'));
    Out << "one";
    Result = Out.str();
  });
}

int main(int, char **Args) {
  const char *Expected = "one";
  if (!strcmp(Args[1], "getline")) {
    read();
  } else if (!strcmp(Args[1], "endl")) {
    endLine();
    Expected = "one\n";
  } else {
    fill();
    Expected = "..one";
  }
  EXPECT(Result == Expected);
  EXPECT(inevitableSoFar() == 0);
}
