//===- e2e/Language/lto.cpp - link-time optimization ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Full and thin, with both files in bitcode; instrumented together at the link,
// with one of them native or compiled at another level as well.
//
// REQUIRES: lld
// RUN: %one_level %t %s %stmxx -fuse-ld=lld -flto %inputs/callees.cpp
// RUN: %one_level %t %s %stmxx -fuse-ld=lld -flto=thin %inputs/callees.cpp
// RUN: %at_O2 %t %s %stmxx -fuse-ld=lld -flto -g %inputs/callees.cpp
// RUN: %stmxx -O2 -c %inputs/callees.cpp -o %t.native.o
// RUN: %at_O2 %t %s %stmxx -fuse-ld=lld -flto=thin %t.native.o
//
// (Not with sanitizers, as the driver says.)
// RUN: %if !sanitized %{ %one_level %t %s %stmxx -stm-whole-program %inputs/callees.cpp %}
// RUN: %if !sanitized %{ %at_O2 %t %s %stmxx -stm-whole-program -g %t.native.o %}
// RUN: %if !sanitized %{ %at_O2 %t %s %stmxx -stm-whole-program -fwhole-program-vtables -fvisibility=hidden %inputs/callees.cpp %}
// RUN: %if !sanitized %{ %stmxx -stm-whole-program -O0 -c %inputs/callees.cpp -o %t.O0.o %}
// RUN: %if !sanitized %{ %at_O2 %t %s %stmxx -stm-whole-program %t.O0.o %}
// RUN: %if !sanitized %{ %stmxx -stm-whole-program -O2 -c %inputs/callees.cpp -o %t.late.o %}
// RUN: %if !sanitized %{ %stmxx -O2 -c %s -o %t.main.o %}
// RUN: %if !sanitized %{ %stmxx -stm-whole-program -O2 %t.main.o %t.late.o -Wl,--gc-sections -o %t.main %}
// RUN: %if !sanitized %{ %t.main %}
//
//===----------------------------------------------------------------------===//

#include "callees.h"
#include "e2e.h"

#include <map>

alignas(64) long X = 0;
alignas(64) long Y = 0;
std::map<long, long> Map;

int main() {
  Rival Other;
  stm::atomic([&] {
    EXPECT(X == 0 && Map.empty());
    addElsewhere(&X, 5);
    Map[X] = twice(X);
    Other.strike();
  });
  EXPECT(X == 5 && Map.at(5) == 10);
  X = 0;
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 1000; ++I)
      stm::atomic([] {
        addElsewhere(&X, 1);
        EXPECT(X == Y + 1);
        addInC(&Y, 1);
      });
  });
  EXPECT(X == 4000 && Y == 4000);
  EXPECT(inevitableSoFar() == 0);
}
