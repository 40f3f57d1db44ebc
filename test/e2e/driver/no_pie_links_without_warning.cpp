// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Executables at fixed addresses have no relocations in what can't be written:
// the table of versions names some that nobody defines (std::thread's).
//
// RUN: %stmxx -O2 -fno-pie -no-pie -Wl,-z,text -Wl,--fatal-warnings %s -o %t
// RUN: %t

#include <stm/stm.hpp>
#include <thread>

long Count;

int main() {
  std::thread([] { stm::atomic([] { ++Count; }); }).join();
  return Count != 1;
}
