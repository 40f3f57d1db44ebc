//===- e2e/Language/own_libc_names.cpp - a program's own functions --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program may have functions of its own by names that ISO C doesn't reserve.
// Blocks in other files call their versions, as they would any other's.
//
// RUN: %stmxx -O0 -c -DFUNCTIONS %s -o %t.functions.O0.o
// RUN: %stmxx -O0 %s %t.functions.O0.o -o %t.O0 && %t.O0
// RUN: %stmxx -O2 -c -DFUNCTIONS %s -o %t.functions.O2.o
// RUN: %stmxx -O2 %s %t.functions.O2.o -o %t.O2 && %t.O2
// RUN: %stmxx -O2 -fPIC -shared -DFUNCTIONS %s -o %t.so
// RUN: %stmxx -O2 %s %t.so -o %t.shared && %t.shared
// RUN: %stmxx -O2 -flto -c -DFUNCTIONS %s -o %t.functions.lto.o
// RUN: %stmxx -O2 -flto -fuse-ld=lld %s %t.functions.lto.o -o %t.lto && %t.lto
//
//===----------------------------------------------------------------------===//

#include <cstddef>

extern "C" {
extern long Calls, Random[3];
char *basename(const char *Path) noexcept;
char *dirname(char *Path) noexcept;
int fnmatch(const char *Pattern, const char *Text, int Flags);
double drand48() noexcept;
unsigned short *seed48(unsigned short *X) noexcept;
long nrand48(unsigned short *X) noexcept;
double j0(double X) noexcept;
}

#ifdef FUNCTIONS

long Calls, Random[3];
static char Name[] = "name";
static unsigned short Seed[3] = {1, 2, 3};

char *basename(const char *) noexcept { return ++Calls, Name; }
char *dirname(char *) noexcept { return ++Calls, Name; }
int fnmatch(const char *, const char *, int) { return ++Calls, 77; }
double drand48() noexcept { return ++Random[0], 2; }
unsigned short *seed48(unsigned short *) noexcept { return ++Random[1], Seed; }
long nrand48(unsigned short *) noexcept { return ++Random[2]; }
double j0(double X) noexcept { return ++Calls, X + 1; }

#else

#include <stm/stm.hpp>

#include <cstdio>
#include <cstdlib>

#define EXPECT(...)                                                            \
  do                                                                           \
    if (!(__VA_ARGS__))                                                        \
      printf("line %d: %s\n", __LINE__, #__VA_ARGS__), exit(1);                \
  while (false)

static uint64_t inevitableSoFar() {
  stm_stats Stats;
  stm_get_stats(&Stats);
  return Stats.inevitable;
}

static bool isName(const char *Text) { return Text[0] == 'n' && !Text[4]; }

static bool works(const char *Path) {
  char Copy[] = "a/b";
  return isName(basename(Path)) && isName(dirname(Copy)) &&
         fnmatch(Path, Path, 0) == 77 && drand48() == 2 && j0(3) == 4;
}

int main() {
  // The runtime asks libc for what these are called.
  EXPECT(Random[0] == 0 && Random[1] == 0 && Random[2] == 0);
  EXPECT(stm::atomic([] { return works("a/b"); }));
  EXPECT(Calls == 4 && Random[0] == 1);
  bool Done = stm::try_atomic([] {
    EXPECT(works("a/b"));
    stm::cancel();
  });
  EXPECT(!Done && Calls == 4 && Random[0] == 1);
  EXPECT(inevitableSoFar() == 0);
}

#endif
