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
#include <clocale>
#include <cmath>
#include <complex>
#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <cwchar>
#include <cwctype>
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
  wchar_t Wide[64] = L"wide \u00e9 and narrow";
  wchar_t WideOut[64];
  std::complex<double> Complex = {3, -4};
  std::complex<float> SmallComplex = {1, 2};
  int Exponent;
  char Tokens[32] = ",,a,b;;c,";
  char *Rest;
  long Results[120];
  double Reals[16];
  std::wstring Grown = L"a"; // Last: what is before it is compared as bytes.
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

  // Wide ones.
  auto AtWide = [&](const wchar_t *Found) {
    return Found ? Found - M.Wide : -1;
  };
  *R++ = static_cast<long>(wcslen(M.Wide));
  *R++ = static_cast<long>(wcsnlen(M.Wide, 4) + wcsnlen(M.Wide, 99));
  *R++ = AtWide(wcschr(M.Wide, L'\u00e9'));
  *R++ = AtWide(wcschr(M.Wide, L'Z'));
  *R++ = AtWide(wcsrchr(M.Wide, L'n'));
  *R++ = AtWide(wmemchr(M.Wide, L'w', 3));
  *R++ = AtWide(wmemchr(M.Wide + 1, L'w', 3));
  wcscpy(M.WideOut, M.Wide);
  wcscat(M.WideOut, L"!");
  wcsncpy(M.WideOut + 30, M.Wide, 8);
  wmemcpy(M.WideOut + 40, M.Wide, 3);
  wmemmove(M.WideOut + 2, M.WideOut, 5);
  wmemset(M.WideOut + 50, L'=', 4);
  auto Sign = [](int Order) { return (Order > 0) - (Order < 0); };
  *R++ = Sign(wcscmp(M.Wide, M.WideOut));
  *R++ = Sign(wcsncmp(M.Wide, L"wide and", 5));
  *R++ = Sign(wmemcmp(M.Wide, L"widf", 4));
  M.Grown += M.Wide;
  M.Grown.insert(2, L"inside");
  *R++ = static_cast<long>(M.Grown.size() + M.Grown.find(L"side"));
  *R++ = static_cast<long>(towupper(L'w')) + (iswspace(L' ') != 0);
  *R++ = *localeconv()->decimal_point;

  // Seldom used ones.
  *R++ = stpncpy(M.Out + 505, "ab", 4) - M.Out;
  *R++ = strchrnul(T, 'Z') - T;
  *R++ = strchrnul(T, 'q') - T;
  *R++ = static_cast<char *>(rawmemchr(T, 'z')) - T;
  *R++ = static_cast<char *>(memccpy(M.Large + 1600, T, 'k', 60)) - M.Large;
  *R++ = memccpy(M.Large + 1700, T, 'k', 3) == nullptr;
  explicit_bzero(M.Large + 1602, 3);
  for (char *Next = M.Tokens, *Token; (Token = strtok_r(Next, ",;", &M.Rest));
       Next = nullptr)
    *R++ = Token - M.Tokens;
  *R++ = M.Rest - M.Tokens;
  strcpy(M.Tokens + 16, "x,,y");
  M.Rest = M.Tokens + 16;
  while (char *Field = strsep(&M.Rest, ","))
    *R++ = Field - M.Tokens + static_cast<long>(strlen(Field));
  *R++ = M.Rest == nullptr;
  auto *Array = static_cast<char *>(reallocarray(nullptr, 3, 5));
  Array[14] = 'e';
  Array = static_cast<char *>(reallocarray(Array, 30, 5));
  *R++ = Array[14];
  free(Array);
  *R++ = reallocarray(nullptr, ~size_t{0} / 2, 5) == nullptr && errno == ENOMEM;

  // Numbers.
  M.Reals[5] = frexp(48.5, &M.Exponent);
  *R++ = M.Exponent;
  M.Reals[6] = frexpf(0.125f, &M.Exponent);
  M.Reals[7] = modf(-3.75, &M.Reals[8]);
  float Whole;
  M.Reals[9] = modff(2.5f, &Whole);
  M.Reals[10] = Whole;
  M.Complex /= std::complex<double>(1, 2);
  M.Complex *= std::sqrt(M.Complex);
  M.SmallComplex /= std::complex<float>(0.5f, 2);
  M.Reals[11] = std::abs(M.Complex) + std::arg(M.SmallComplex);
  M.Complex = std::exp(M.Complex) + std::pow(M.Complex, 2.5);

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
  EXPECT(memcmp(&Inside, &Outside, offsetof(Memory, Grown)) == 0);
  EXPECT(Inside.Grown == Outside.Grown);
  EXPECT(inevitableSoFar() == 0);

  // What isn't known is done alone, and right.
  stm::atomic([] {
    int Count = 0;
    snprintf(Inside.Out, 10, "abc%n", &Count);
    EXPECT(Count == 3);
  });
  EXPECT(inevitableSoFar() == 1);
}
