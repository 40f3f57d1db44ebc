//===- e2e/Language/environment.cpp - getenv, strerror, and sizes of blocks
//===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program asks libc about its surroundings, in a block that is rolled
// back once: the same as outside, and not inevitable.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cerrno>
#include <cstring>
#include <malloc.h>

extern "C" int strerrorOfPosix(int, char *, size_t) __asm__("__xpg_strerror_r");

// --- getenv
// -------------------------------------------------------------------

const char *const Names[] = {"STM_A", "STM_B",  "STM_NONE", "",    "STM",
                             "STM_",  "STM_A=", "STM_A=x",  "PATH"};
constexpr unsigned NameCount = sizeof(Names) / sizeof(Names[0]);
char *Found[2 * NameCount];

void look() {
  for (unsigned I = 0; I != NameCount; ++I) {
    Found[2 * I] = getenv(Names[I]);
    Found[2 * I + 1] = secure_getenv(Names[I]);
  }
}

void likeOutside() {
  optimistically("getenv", look);
  for (unsigned I = 0; I != NameCount; ++I)
    EXPECT(Found[2 * I] == getenv(Names[I]) &&
           Found[2 * I + 1] == secure_getenv(Names[I]));
}

void environments() {
  setenv("STM_A", "first", 1);
  setenv("STM_B", "", 1);
  setenv("STM_A=x", "", 1); // Refused: none of that name.
  likeOutside();
  EXPECT(strcmp(Found[0], "first") == 0 && *Found[2] == 0 && !Found[4]);

  // What the block itself has changed.
  char Text[] = "STM_A=own";
  char *Own[] = {Text, nullptr};
  char **Before = environ;
  optimistically("an own environment", [&] {
    environ = Own;
    EXPECT(strcmp(getenv("STM_A"), "own") == 0 && !getenv("STM_B"));
    Text[6] = 'O';
    EXPECT(strcmp(getenv("STM_A"), "Own") == 0);
    environ = nullptr;
    EXPECT(!getenv("STM_A"));
    environ = Before;
  });
  environ = Own;
  likeOutside();
  environ = nullptr;
  likeOutside();
  environ = Before;

  // What setenv has changed, alone.
  uint64_t Inevitable = inevitableSoFar();
  stm::atomic([] {
    setenv("STM_A", "second", 1);
    EXPECT(strcmp(getenv("STM_A"), "second") == 0);
  });
  EXPECT(inevitableSoFar() == Inevitable + 1);
  EXPECT(strcmp(getenv("STM_A"), "second") == 0);
}

// --- strerror
// -------------------------------------------------------------------

struct Texts {
  const char *Known[4];
  char Out[16][64];
  int Results[16];
  bool InPlace[16];
};
Texts Inside, Outside;

void describe(Texts &T) {
  int Next = 0;
  for (int Error : {0, ENOENT, ERANGE, EAGAIN})
    T.Known[Next++] = strerror(Error);
  Next = 0;
  for (int Error : {EINVAL, 0, 99999, -1})
    for (size_t Bytes : {sizeof(T.Out[0]), size_t{5}, size_t{1}, size_t{0}}) {
      memset(T.Out[Next], 'x', sizeof(T.Out[0]));
      errno = 0;
      T.Results[Next] = strerrorOfPosix(Error, T.Out[Next], Bytes);
      ++Next;
    }
  Next = 0;
  for (int Error : {EINVAL, 99999})
    for (size_t Bytes : {size_t{30}, size_t{5}, size_t{1}, size_t{0}}) {
      char *Out = T.Out[Next] + 32;
      char *Text = strerror_r(Error, Out, Bytes);
      T.InPlace[Next++] = Text == Out;
    }
}

void errors() {
  optimistically("strerror", [] { describe(Inside); });
  describe(Outside);
  EXPECT(memcmp(&Inside, &Outside, sizeof(Texts)) == 0);

  strcpy(Inside.Out[0], "as before");
  stm::atomic([] {
    strerror_r(99999, Inside.Out[0], sizeof(Inside.Out[0]));
    EXPECT(strcmp(Inside.Out[0], "Unknown error 99999") == 0);
    stm::cancel();
  });
  EXPECT(strcmp(Inside.Out[0], "as before") == 0);

  // The thread's text of before would be gone when this is undone.
  uint64_t Inevitable = inevitableSoFar();
  stm::atomic([] {
    EXPECT(strcmp(strerror(12345), "Unknown error 12345") == 0);
    EXPECT(stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == Inevitable + 1);
}

// --- malloc_usable_size
// ----------------------------------------------------------

size_t Sizes[4];

void blocks() {
  char *Old = static_cast<char *>(malloc(100));
  optimistically("malloc_usable_size", [&] {
    Sizes[0] = malloc_usable_size(Old);
    char *New = static_cast<char *>(malloc(1000));
    Sizes[1] = malloc_usable_size(New);
    memset(New, 1, Sizes[1]);
    New = static_cast<char *>(realloc(New, 5000));
    Sizes[2] = malloc_usable_size(New);
    EXPECT(New[999] == 1);
    free(New);
    Sizes[3] = malloc_usable_size(nullptr);
  });
  EXPECT(Sizes[0] == malloc_usable_size(Old) && Sizes[0] >= 100);
  EXPECT(Sizes[1] >= 1000 && Sizes[2] >= 5000 && Sizes[3] == 0);
  free(Old);
}

int main() {
  environments();
  errors();
  blocks();
}
