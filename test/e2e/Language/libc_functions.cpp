//===- e2e/Language/libc_functions.cpp - strings, numbers, printf -*- C++ -*-=//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Called in a block that is rolled back once, on shared memory; the same calls
// outside give the same. None makes a transaction inevitable.
//
// RUN: %two_levels %t %s %stmxx
// RUN: %at_O2 %t.fortified %s %stmxx -D_FORTIFY_SOURCE=2
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cerrno>
#include <cmath>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <strings.h>

struct Memory {
  char Text[64] = "The quick brown fox; the lazy dog";
  char Number[64] = " -12345678901 and more";
  char Real[64] = "0x1.8p3kg";
  char Out[512];
  char Large[2000];
  int Ints[16] = {5, 3, 9, 1, 7, 7, 2, 8, 0, 6, 4, 11, 10, 15, 13, 12};
  unsigned Seed = 42;
  long Results[80];
  double Reals[8];
};
Memory Inside, Outside;

int compareInts(const void *A, const void *B) {
  return *static_cast<const int *>(A) - *static_cast<const int *>(B);
}

int format(char *Out, size_t Bytes, const char *Format, ...) {
  va_list List;
  va_start(List, Format);
  int Length = vsnprintf(Out, Bytes, Format, List);
  va_end(List);
  return Length;
}

void all(Memory &M) {
  char *T = M.Text;
  long *R = M.Results;
  // Pointers as distances, null as -1.
  auto At = [&](const char *Found) { return Found ? Found - T : -1L; };
  *R++ = At(strstr(T, "brown"));
  *R++ = At(strstr(T, "none"));
  *R++ = At(strcasestr(T, "THE LAZY"));
  *R++ = At(strrchr(T, 'o'));
  *R++ = At(strrchr(T, 'Z'));
  *R++ = At(strchr(T, 'q'));
  *R++ = At(strpbrk(T, ";,"));
  *R++ = static_cast<long>(strspn(T, "Teh "));
  *R++ = static_cast<long>(strcspn(T, ";"));
  *R++ = static_cast<long>(strnlen(T, 5));
  *R++ = static_cast<long>(strnlen(T, 500));
  *R++ = strcasecmp(T, "THE QUICK") > 0;
  *R++ = strncasecmp(T, "THE QUICK", 9);
  *R++ = At(static_cast<char *>(memrchr(T, 'e', 33)));
  *R++ = At(static_cast<char *>(memmem(T, 33, "fox", 3)));

  char *End;
  *R++ = strtol(M.Number, &End, 10);
  *R++ = End - M.Number;
  *R++ = static_cast<long>(strtoul("ff", nullptr, 16));
  *R++ = strtoll(M.Number, nullptr, 0);
  *R++ = static_cast<long>(strtoull("18446744073709551615", &End, 10));
  errno = 0;
  *R++ = strtol("99999999999999999999", nullptr, 10);
  *R++ = errno;
  *R++ = atoi("17 apples");
  *R++ = atol(M.Number);
  *R++ = atoll("-9");
  M.Reals[0] = strtod(M.Real, &End);
  *R++ = End - M.Real;
  M.Reals[1] = atof("-2.5e3");
  M.Reals[2] = strtof("0.25x", &End);
  M.Reals[3] = std::stod("1e3");
  M.Reals[4] = pow(2, 0.5);
  *R++ = std::stol("  77");
  *R++ = abs(-3) + labs(-4L);
  *R++ = ldiv(17, 5).rem;
  *R++ = rand_r(&M.Seed);
  *R++ = M.Seed;

  // Into shared memory.
  strcpy(M.Out, T);
  strcat(M.Out, "; ");
  strncat(M.Out, "a tail that is cut", 6);
  *R++ = static_cast<long>(strlen(M.Out));
  char *Copy = strdup(M.Out), *Part = strndup(T, 9);
  *R++ = strcmp(Copy, M.Out) + strcmp(Part, "The quick");
  free(Copy);
  free(Part);
  strncpy(M.Out + 100, "short", 20);
  *R++ = stpcpy(M.Out + 150, "twelve chars") - M.Out;
  *R++ = static_cast<char *>(mempcpy(M.Out + 200, T, 10)) - M.Out;
  memmove(M.Out + 3, M.Out, 20);

  *R++ = snprintf(M.Out + 220, 80, "%d|%-8s|%+.2e|%lx|%c|%5.1f|%%|%.3s|%p", -42,
                  T + 29, 3.14159, 255ul, 'z', 2.25, T,
                  reinterpret_cast<void *>(0x1234));
  *R++ = snprintf(M.Out + 300, 8, "cut %s", T);
  *R++ = snprintf(nullptr, 0, "%s%s", T, T);
  *R++ = sprintf(M.Out + 310, "%hhd %hd %lld %zu %jd %Lg %*d %-*.*f|%05i", 300,
                 70000, -5ll, sizeof(M), intmax_t{7}, 1.5L, 6, 42, 8, 2, 1.005,
                 33);
  *R++ = format(M.Out + 400, 100, "%s and %u", "variadic", 7u);
  *R++ = snprintf(M.Large, sizeof(M.Large), "%1500s|%s", "wide", T);
  std::string Numbers = std::to_string(3.5) + std::to_string(-7L);
  strcpy(M.Out + 480, Numbers.c_str());

  qsort(M.Ints, 16, sizeof(int), compareInts);
  int Key = 11;
  *R++ =
      static_cast<int *>(bsearch(&Key, M.Ints, 16, sizeof(int), compareInts)) -
      M.Ints;
  Key = 14;
  *R++ = bsearch(&Key, M.Ints, 16, sizeof(int), compareInts) == nullptr;
  timespec Now{};
  clock_gettime(CLOCK_MONOTONIC, &Now);
  *R++ = Now.tv_sec > 0 && time(nullptr) > 1000;
}

int main() {
  optimistically("libc", [] { all(Inside); });
  all(Outside);
  EXPECT(memcmp(Inside.Results, Outside.Results, sizeof(Inside.Results)) == 0);
  EXPECT(memcmp(&Inside, &Outside, sizeof(Inside)) == 0);
  EXPECT(inevitableSoFar() == 0);

  // What isn't known is done alone, and right.
  stm::atomic([] {
    int Count = 0;
    snprintf(Inside.Out, 10, "abc%n", &Count);
    EXPECT(Count == 3);
  });
  EXPECT(inevitableSoFar() == 1);
}
