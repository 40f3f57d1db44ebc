//===- e2e/Language/sanitized_snapshots.cpp - whose frame it is -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// AddressSanitizer keeps locals elsewhere than on the stack. A snapshot may
// write them all the same, those of the functions around it, too; what it may
// not write ends the program with a message, though the sanitizer's functions
// stand before those that write it and end the program.
//
// It has sanitizers of its own.
// UNSUPPORTED: sanitized
// RUN: %stmxx -O1 -g -fsanitize=address %s -o %t.asan
// RUN: %stmxx -O1 -g -fsanitize=thread %s -o %t.tsan
// RUN: %stmxx -O2 %s -o %t.none
// RUN: env ASAN_OPTIONS=detect_stack_use_after_return=1 \
// RUN:   STM_OPTIONS=report=none %t.asan locals
// RUN: env STM_OPTIONS=report=none %t.tsan locals
// RUN: env STM_OPTIONS=report=none %t.none locals
// RUN: for p in asan tsan none; do \
// RUN:   %t.$p shared > %t.out 2>&1; \
// RUN:   test $? = 66 && FileCheck %s < %t.out || exit 1; \
// RUN: done
// CHECK: ERROR: a write to 0x{{[0-9a-f]+}} inside stm::snapshot
// CHECK-NOT: it went on
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <string>

long Shared = 5;

static void copyTo(long *To) { *To = Shared; }
static void addOne(long *To) { ++*To; }
void (*volatile CopyTo)(long *) = copyTo;
void (*volatile AddOne)(long *) = addOne;

__attribute__((noinline)) static long inALocal(void (*Copy)(long *)) {
  long Local;
  Copy(&Local);
  return Local;
}

int main(int, char **Args) {
  auto Copy = CopyTo;
  auto Add = AddOne;
  if (!strcmp(Args[1], "shared")) {
    stm::snapshot([&] { Add(&Shared); });
    puts("it went on");
    return 0;
  }
  long Sum = 0;
  for (int I = 0; I != 10; ++I)
    Sum += stm::snapshot([&] { return inALocal(Copy); });
  EXPECT(Sum == 50);

  std::string Text;
  long Around = 0;
  STM_SNAPSHOT {
    Copy(&Around);
    Text = std::string(Around * 10, 'x');
  }
  EXPECT(Around == 5 && Text.size() == 50);
  EXPECT(inevitableSoFar() == 0);
}
