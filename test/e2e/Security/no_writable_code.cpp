//===- e2e/Security/no_writable_code.cpp - memory mappings ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// No memory is both written to and executed, whatever the runtime has done.
//
// RUN: %at_O2 %t %s %stmxx -pthread

#include "e2e.h"

#include <fstream>
#include <string>
#include <thread>

long Cells[4096];

int main() {
  std::thread Other([] {
    for (int I = 0; I != 100; ++I)
      stm::atomic([] {
        for (long &C : Cells)
          ++C;
      });
  });
  for (int I = 0; I != 100; ++I)
    (void)stm::snapshot([] { return Cells[0] + Cells[4095]; });
  Other.join();
  stm_print_report();
  std::ifstream Maps("/proc/self/maps");
  int Mappings = 0;
  for (std::string Line; std::getline(Maps, Line); ++Mappings) {
    std::string Rights = Line.substr(Line.find(' ') + 1, 4);
    if (Rights.find('w') != std::string::npos)
      EXPECT(Rights.find('x') == std::string::npos);
  }
  EXPECT(Mappings > 10);
}
