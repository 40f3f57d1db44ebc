//===- e2e/Language/operator_delete.cpp - every form of it ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a block deletes is given to the program's own operator delete once it
// has committed: to the form that was called, with its size and alignment.
// Never if the block was rolled back.
//
// ThreadSanitizer has operators of its own.
// UNSUPPORTED: tsan
// RUN: %cxx -O2 -DOPERATORS -c %s -o %t.o
// RUN: %stmxx -O2 -fsized-deallocation %s %t.o -o %t && %t
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <new>

constexpr std::align_val_t Align{64};

#ifdef OPERATORS

char Calls[4096];
bool Listens = false;

static void note(const char *Form, size_t Bytes, size_t Align) {
  if (!Listens)
    return;
  size_t Length = strlen(Calls);
  snprintf(Calls + Length, sizeof(Calls) - Length, "%s %zu %zu\n", Form, Bytes,
           Align);
}

void *operator new(size_t Bytes) { return malloc(Bytes); }
void *operator new(size_t Bytes, std::align_val_t A) {
  return aligned_alloc(static_cast<size_t>(A), Bytes);
}

#define FORM(Name, Parameters, Bytes, Align)                                   \
  void Name Parameters noexcept {                                              \
    note(#Name, Bytes, static_cast<size_t>(Align));                            \
    free(P);                                                                   \
  }
using A = std::align_val_t;
FORM(operator delete, (void *P), 0, 0)
FORM(operator delete[], (void *P), 0, 0)
FORM(operator delete, (void *P, size_t B), B, 0)
FORM(operator delete[], (void *P, size_t B), B, 0)
FORM(operator delete, (void *P, A L), 0, L)
FORM(operator delete[], (void *P, A L), 0, L)
FORM(operator delete, (void *P, size_t B, A L), B, L)
FORM(operator delete[], (void *P, size_t B, A L), B, L)

#else

extern char Calls[4096];
extern bool Listens;

namespace {

void *Block[12];

void deleteAll() {
  ::operator delete(Block[0]);
  ::operator delete[](Block[1]);
  ::operator delete(Block[2], size_t{102});
  ::operator delete[](Block[3], size_t{103});
  ::operator delete(Block[4], Align);
  ::operator delete[](Block[5], Align);
  ::operator delete(Block[6], size_t{128}, Align);
  ::operator delete[](Block[7], size_t{192}, Align);
  // Those are for constructors that throw, and do what the ordinary ones do.
  ::operator delete(Block[8], std::nothrow);
  ::operator delete[](Block[9], std::nothrow);
  ::operator delete(Block[10], Align, std::nothrow);
  ::operator delete[](Block[11], Align, std::nothrow);
}

constexpr const char Expected[] = "operator delete 0 0\n"
                                  "operator delete[] 0 0\n"
                                  "operator delete 102 0\n"
                                  "operator delete[] 103 0\n"
                                  "operator delete 0 64\n"
                                  "operator delete[] 0 64\n"
                                  "operator delete 128 64\n"
                                  "operator delete[] 192 64\n"
                                  "operator delete 0 0\n"
                                  "operator delete[] 0 0\n"
                                  "operator delete 0 64\n"
                                  "operator delete[] 0 64\n";

} // namespace

int main() {
  for (unsigned I = 0; I != 12; ++I)
    Block[I] = I < 4 || I == 8 || I == 9 ? ::operator new(256)
                                         : ::operator new(256, Align);
  Rival Other;
  Listens = true;
  stm::atomic([&] {
    deleteAll();
    Other.strike();
    EXPECT(peek(&Calls[0]) == 0);
  });
  Listens = false;
  if (strcmp(Calls, Expected) != 0) {
    fputs(Calls, stderr);
    return 1;
  }
}

#endif // OPERATORS
