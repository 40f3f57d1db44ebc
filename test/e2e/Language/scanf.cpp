//===- e2e/Language/scanf.cpp - sscanf of shared memory ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Under each of its names sscanf assigns in a block what it does outside, to
// the byte, and doesn't make it inevitable. What it can't do in a transaction
// is done alone, and right.
//
// RUN: %cc -c %inputs/isoc23.c -o %t.o
// RUN: %two_levels %t %s %stmxx -Wno-format %t.o
// RUN: %at_O2 %t.fortified %s %stmxx -Wno-format -D_FORTIFY_SOURCE=2 %t.o
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <string>

extern "C" {
int scanOld(const char *, const char *, ...) __asm__("sscanf");
int scanOldList(const char *, const char *, va_list) __asm__("vsscanf");
int scanC23(const char *, const char *, ...) __asm__("__isoc23_sscanf");
int scanC23List(const char *, const char *,
                va_list) __asm__("__isoc23_vsscanf");
long newerStrtol(const char *, char **, int) __asm__("__isoc23_strtol");
long long newerStrtoll(const char *, char **, int) __asm__("__isoc23_strtoll");
unsigned long newerStrtoul(const char *, char **,
                           int) __asm__("__isoc23_strtoul");
unsigned long long newerStrtoull(const char *, char **,
                                 int) __asm__("__isoc23_strtoull");
}

struct Case {
  const char *Text, *Format;
};
constexpr Case Cases[] = {
    {"", ""},
    {"", "%d"},
    {"", "%n%d"},
    {"", "%n"},
    {"  ", " %n%s"},
    {"x", "%d"},
    {"x", "y%n"},
    {"12", "%d%n%d%n"},
    {"-1 2 3 4", "%d%hd%hhd%ld"},
    {"-1 2 3 4 5 6", "%lld%qd%Ld%jd%zd%td"},
    {"0x1f 017 10 99", "%i %i %o %u"},
    {"ff FF 0xabcdefabcd", "%x %hX %lx"},
    {"99999999999999999999 7", "%d %d"},
    {"0x1234 (nil)", "%p %p"},
    {"1.5 -2.25e3 0x1p4 nan inf", "%f %lf %La %g %lE"},
    {"1.5e", "%f%n"},
    {"0.1 0.1 0.1", "%Lf%llg%qe"},
    {"word another", "%s %s"},
    {"word another", "%3s%s%n"},
    {"word another", "%s%100s"},
    {"abcdef", "%c%3c%c"},
    {"ab", "%5c"},
    {"ab", "%c%c%c"},
    {"  ab", "%c%1c"},
    {"key=value; rest", "%[^=]=%[a-z];%n"},
    {"key=value", "%[a-j]%[]k]"},
    {"]]-x", "%[]]%[^]x]%n"},
    {"abc", "%[x]"},
    {"abc", "%2[a-z]%n"},
    {"1,2,3", "%d,%*d,%d"},
    {"1 skip 3", "%d %*s %d%*n%n"},
    {"10% of 7", "%d%% of %d"},
    {"1,234", "%'d"},
    {"1234567", "%2d%3d%hhn%d%ln"},
    {"1234567", "%2d%hn%lln%zn"},
    {"2024-02-29T12:34:56.5", "%4d-%2d-%2dT%2d:%2d:%lf"},
    {"a b c d e f g h", "%c %c %c %c %c %c %c %c"},
    {"1x", "%d%d%n"},
    {"1 2 x 4", "%d%d%n%d%n%d"},
    {"0b101 5", "%i%n %i"},
    {"zero width", "%0s %0c"},
    {"1.5s", "%fs%n"},
};

/// Of any type: conversions write to them what they write.
struct Memory {
  char Text[64], Format[64];
  alignas(16) char Places[8][64];
  int Result, Errno;
};
Memory Inside, Outside;

int withList(int (*Scan)(const char *, const char *, va_list), const char *Text,
             const char *Format, ...) {
  va_list List;
  va_start(List, Format);
  int Result = Scan(Text, Format, List);
  va_end(List);
  return Result;
}
int listC99(const char *Text, const char *Format, va_list List) {
  return vsscanf(Text, Format, List);
}

#define PLACES                                                                 \
  M.Places[0], M.Places[1], M.Places[2], M.Places[3], M.Places[4],             \
      M.Places[5], M.Places[6], M.Places[7]

constexpr unsigned Names = 7;

void scan(Memory &M, unsigned Name) {
  errno = 0;
  switch (Name) {
  case 0:
    M.Result = sscanf(M.Text, M.Format, PLACES);
    break;
  case 1:
    M.Result = scanOld(M.Text, M.Format, PLACES);
    break;
  case 2:
    M.Result = withList(scanOldList, M.Text, M.Format, PLACES);
    break;
  case 3:
    M.Result = withList(listC99, M.Text, M.Format, PLACES);
    break;
  case 4:
    M.Result = scanC23(M.Text, M.Format, PLACES);
    break;
  case 5:
    M.Result = withList(scanC23List, M.Text, M.Format, PLACES);
    break;
  case 6: // By an address.
    int (*volatile Indirect)(const char *, const char *, ...) = sscanf;
    M.Result = Indirect(M.Text, M.Format, PLACES);
    break;
  }
  M.Errno = errno;
}

void prepare(Memory &M, const Case &C) {
  memset(&M, 0x5a, sizeof(M));
  strcpy(M.Text, C.Text);
  strcpy(M.Format, C.Format);
}

void asLibcDoes() {
  for (unsigned Name = 0; Name != Names; ++Name)
    for (const Case &C : Cases) {
      prepare(Inside, C);
      prepare(Outside, C);
      scan(Outside, Name);
      stm::atomic([&] { scan(Inside, Name); });
      if (memcmp(&Inside, &Outside, sizeof(Memory)) != 0) {
        fprintf(stderr, "%u: \"%s\" of \"%s\": %d, not %d\n", Name, C.Format,
                C.Text, Inside.Result, Outside.Result);
        failed("the same", __FILE__, __LINE__);
      }
    }
  EXPECT(inevitableSoFar() == 0);
}

int A, B, C;
char Word[300];

void isUndone() {
  A = B = 7;
  strcpy(Word, "old");
  stm::atomic([] {
    EXPECT(sscanf("1 new 2", "%d%s%n", &A, Word, &B) == 2);
    EXPECT(A == 1 && strcmp(Word, "new") == 0 && B == 5);
    stm::cancel();
  });
  EXPECT(A == 7 && B == 7 && strcmp(Word, "old") == 0);
  optimistically("sscanf", [] {
    EXPECT(A == 7);
    EXPECT(sscanf("8", "%d", &A) == 1);
  });
  EXPECT(A == 8);
}

/// Text and format that are assigned to; a place twice; a long text.
void overlaps() {
  std::string Long(100000, 'x'), Copy(100001, '\0');
  optimistically("overlaps", [&] {
    strcpy(Word, "12 text 34");
    EXPECT(sscanf(Word, "%d %s %d", &A, Word, &B) == 3);
    EXPECT(A == 12 && B == 34 && strcmp(Word, "text") == 0);
    strcpy(Word, "%s %d");
    EXPECT(sscanf("another 5", Word, Word, &C) == 2);
    EXPECT(C == 5 && strcmp(Word, "another") == 0);
    EXPECT(sscanf("1 2", "%d %d", &A, &A) == 2 && A == 2);
    EXPECT(sscanf(Long.c_str(), "%s%n", Copy.data(), &A) == 1);
    EXPECT(A == 100000 && strcmp(Copy.c_str(), Long.c_str()) == 0);
  });
}

/// Here because of their names.
void numbers() {
  strcpy(Word, " -17x");
  optimistically("strtol", [] {
    char *End;
    EXPECT(newerStrtol(Word, &End, 10) == -17 && End == Word + 4);
    EXPECT(newerStrtoll(Word + 2, &End, 0) == 17 && End == Word + 4);
    EXPECT(newerStrtoul(Word + 2, nullptr, 8) == 15);
    EXPECT(newerStrtoull("ffff", &End, 16) == 65535 && !*End);
  });
}

/// Runs alone, from before anything is done.
template <class F> void alone(F Body) {
  uint64_t Before = inevitableSoFar();
  stm::atomic([&] {
    Body();
    EXPECT(stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == Before + 1);
}

void othersAreDoneAlone() {
  alone([] {
    char *Made = nullptr;
    EXPECT(sscanf("made", "%ms", &Made) == 1 && strcmp(Made, "made") == 0);
    free(Made);
  });
  alone([] {
    EXPECT(sscanf("1 2", "%2$d %1$d", &A, &B) == 2 && A == 2 && B == 1);
  });
  alone([] {
    wchar_t Wide[8];
    EXPECT(sscanf("w", "%ls", Wide) == 1 && Wide[0] == L'w' && !Wide[1]);
  });
  alone([] { EXPECT(sscanf("1", "%d%y", &A) == 1 && A == 1); });
  alone([] { EXPECT(sscanf("abc", "%[abc", Word) <= 0); });
  alone([] { EXPECT(sscanf("5", "%d%", &A) == 1 && A == 5); });
  alone([] {
    char *Made = nullptr;
    EXPECT(scanOld("made", "%as", &Made) == 1 && strcmp(Made, "made") == 0);
    free(Made);
  });
  alone([] {
    int N[33];
#define FOUR(I) &N[I], &N[I + 1], &N[I + 2], &N[I + 3]
    EXPECT(sscanf("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 "
                  "23 24 25 26 27 28 29 30 31 32",
                  "%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d"
                  "%d%d%d",
                  FOUR(0), FOUR(4), FOUR(8), FOUR(12), FOUR(16), FOUR(20),
                  FOUR(24), FOUR(28), &N[32]) == 33);
    EXPECT(N[0] == 0 && N[32] == 32);
  });
}

int main() {
  asLibcDoes();
  isUndone();
  overlaps();
  numbers();
  othersAreDoneAlone();
}
