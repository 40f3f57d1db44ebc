//===- e2e/Language/shared_library.cpp - a shared library of its own ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions, virtual functions and exceptions across the border; the library is
// linked, and loaded and unloaded many times.
//
// RUN: %stmxx -O2 -fPIC -shared %inputs/callees.cpp -o %T/libcallees-%basename_t.so
// RUN: %two_levels %t %s %stmxx -DLINKED %T/libcallees-%basename_t.so -Wl,-rpath,%T
// RUN: %stmxx -O2 -fPIC -shared %inputs/callees.cpp -o %t.so
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx -DLIBRARY='"%t.so"'
//
//===----------------------------------------------------------------------===//

#include "callees.h"
#include "e2e.h"

#include <dlfcn.h>

long X = 0;

#ifdef LINKED

int main() {
  Rival Other;
  Shape *S = makeShape();
  stm::atomic([&] {
    EXPECT(X == 0 && S->area() == 10);
    addElsewhere(&X, 3);
    addInC(&X, 1);
    S->grow(X);
    void (*Pointer)(long *, long) = subtractElsewhere;
    Pointer(&X, 2);
    Other.strike();
  });
  EXPECT(X == 2 && S->area() == 14);
  delete S;
  EXPECT(inevitableSoFar() == 0);
}

#else

int main() {
  for (int Round = 0; Round != 50; ++Round) {
    void *Library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    EXPECT(Library);
    auto Get =
        reinterpret_cast<const Callees *(*)()>(dlsym(Library, "callees"));
    auto Add =
        reinterpret_cast<void (*)(long *, long)>(dlsym(Library, "addInC"));
    EXPECT(Get && Add);
    const Callees *From = Get();
    long Before = X;
    uint64_t Inevitable = inevitableSoFar();
    Shape *S = nullptr;
    stm::atomic([&] {
      S = From->Make();
      S->grow(1);
      From->Add(&X, S->area());
    });
    EXPECT(X == Before + 11);
    EXPECT(inevitableSoFar() == Inevitable);
    delete S;
    // The library doesn't know that somebody has this one's address.
    stm::atomic([&] { Add(&X, 1); });
    EXPECT(X == Before + 12);
    dlclose(Library);
  }
}

#endif
