//===- e2e/Interface/wraps.cpp - STM_WRAPS ----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inside transactions the wrapper, outside the function itself: directly,
// through a pointer, and from a file that sees no wrapper.
//
// RUN: %stmxx -O2 -DOTHER -c %s -o %t.other.o
// RUN: %two_levels %t %s %stmxx %t.other.o
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <string>

// Not compiled by the plugin: libc's.
extern "C" int puts(const char *);

void fromAnotherFile();

#ifdef OTHER
void fromAnotherFile() { puts("never seen"); }
#else

std::string Written;
extern "C" STM_WRAPS(puts) int putsLater(const char *Line) {
  Written += Line;
  return 7;
}

int Plain = 0, Wrapped = 0, Pure = 0;
namespace library {
int call(int I) {
  ++Plain;
  return I;
}
long call(long I) { return I; } // Another one.
struct Clock {
  static int now() { return 1; }
};
} // namespace library
STM_WRAPS(static_cast<int (*)(int)>(library::call)) int wrapper(int I) {
  ++Wrapped;
  // The function itself.
  return library::call(I) + 100;
}
STM_WRAPS(library::Clock::now) STM_PURE static int frozen() {
  ++Pure;
  return 2;
}

int main() {
  int (*Pointer)(const char *) = puts;
  optimistically("wraps", [&] {
    EXPECT(puts("direct ") == 7);
    EXPECT(Pointer("pointer ") == 7);
    fromAnotherFile();
    EXPECT(library::call(1) == 101);
    EXPECT(library::call(1L) == 1);
    EXPECT(library::Clock::now() == 2);
  });
  EXPECT(Written == "direct pointer never seen");
  EXPECT(Wrapped == 1 && Plain == 1);
  EXPECT(Pure == 2); // As it stands: in the attempt that was rolled back too.
  EXPECT(library::call(1) == 1 && Wrapped == 1);
  EXPECT(library::Clock::now() == 1);
}
#endif
