//===- e2e/Language/libc_seldom.cpp - less often used functions -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Of libc, called in a block that is rolled back once, on shared memory; the
// same calls outside give the same. None makes a transaction inevitable, but
// for those that are said to. See libc_functions.cpp.
//
// Sanitizers' own functions of these names find fault with some arguments.
// UNSUPPORTED: sanitized
// RUN: %two_levels %t %s %stmxx -fno-builtin
// RUN: %at_O2 %t.fortified %s %stmxx -D_FORTIFY_SOURCE=2
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cinttypes>
#include <climits>
#include <clocale>
#include <cmath>
#include <csignal>
#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <cuchar>
#include <cwchar>
#include <cwctype>
#include <fnmatch.h>
#include <libgen.h>
#include <malloc.h>
#include <search.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/wait.h>

// What newer headers and _FORTIFY_SOURCE call.
extern "C" {
wchar_t *__wcpcpy_chk(wchar_t *, const wchar_t *, size_t);
wchar_t *__wcpncpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
wchar_t *__wmempcpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
int __asprintf_chk(char **, int, const char *, ...);
int __snprintf_chk(char *, size_t, int, size_t, const char *, ...);
int __swprintf_chk(wchar_t *, size_t, int, size_t, const wchar_t *, ...);
intmax_t __isoc23_strtoimax(const char *, char **, int);
uintmax_t __isoc23_strtoumax(const char *, char **, int);
}

struct Memory {
  char Text[80] = "na\u00efve \u2260 plain \U0001F600 text";
  char Broken[16] = "ok\xe2\x89"; // Half of a character.
  char Wrong[16] = "ok\xff\xfe";
  char Out[600];
  wchar_t Wide[64] = L"wide \u00e9, and; narrow\U0001F600";
  wchar_t WideNumbers[64] = L" -1234 0x1f; 2.5e3xyz";
  wchar_t WideTokens[32] = L",,a,b;;c,";
  wchar_t WideOut[200];
  mbstate_t State[4];
  const char *From;
  const wchar_t *FromWide;
  wchar_t *Rest;
  char16_t Half[40];
  char32_t Whole[40];
  int Ints[20] = {5, 3, 9, 1, 7, 7, 2, 8, 0, 6, 4, 11, 10, 15, 13, 12};
  size_t Count = 16;
  unsigned short X[3] = {1, 2, 3};
  drand48_data Data;
  char Path[32] = "/usr/lib/";
  char Address[64];
  tm Time;
  int Number;
  double Reals[40];
  float Small[8];
  long Results[500];
};
Memory Inside, Outside;

int compareInts(const void *A, const void *B) {
  return *static_cast<const int *>(A) - *static_cast<const int *>(B);
}
int compareTurned(const void *A, const void *B, void *Turned) {
  int Order = compareInts(A, B);
  return *static_cast<int *>(Turned) ? -Order : Order;
}

int format(char **Out, const char *Format, ...) {
  va_list List;
  va_start(List, Format);
  int Length = vasprintf(Out, Format, List);
  va_end(List);
  return Length;
}
int formatWide(wchar_t *Out, size_t Count, const wchar_t *Format, ...) {
  va_list List;
  va_start(List, Format);
  int Length = vswprintf(Out, Count, Format, List);
  va_end(List);
  return Length;
}

void multibyte(Memory &M, long *&R) {
  *R++ = static_cast<long>(MB_CUR_MAX);
  // One after the other.
  const char *At = M.Text;
  wchar_t *To = M.WideOut;
  while (size_t Length = mbrtowc(To, At, 16, &M.State[0])) {
    *R++ = static_cast<long>(Length + mbrlen(At, 16, &M.State[1]));
    *R++ = mblen(At, 5) + 10 * mbtowc(&M.WideOut[100], At, 5);
    At += Length;
    ++To;
  }
  // In two pieces, and in none.
  for (const char *Text : {M.Broken, M.Wrong}) {
    *R++ = static_cast<long>(mbrtowc(To, Text + 2, 1, &M.State[2]));
    *R++ = mbsinit(&M.State[2]) != 0;
    *R++ = static_cast<long>(mbrtowc(To, "\x89\xa0", 2, &M.State[2]));
    *R++ = *To;
    memset(&M.State[2], 0, sizeof(M.State[2]));
    *R++ = mbtowc(To, Text + 2, 2) + mblen(Text + 2, 2);
    errno = 0;
    M.From = Text;
    *R++ =
        static_cast<long>(mbsrtowcs(M.WideOut + 120, &M.From, 9, &M.State[3]));
    *R++ = errno;
    *R++ = M.From - Text;
    memset(&M.State[3], 0, sizeof(M.State[3]));
    M.From = Text; // Where it stops depends on the room.
    *R++ =
        static_cast<long>(mbsrtowcs(M.WideOut + 120, &M.From, 3, &M.State[3]));
    *R++ = M.From - Text;
    memset(&M.State[3], 0, sizeof(M.State[3]));
    *R++ = static_cast<long>(mbstowcs(M.WideOut + 130, Text, 9));
  }
  *R++ = mbtowc(nullptr, nullptr, 0) + mblen(nullptr, 0) + wctomb(nullptr, 0);
  *To = L'#';
  *R++ = mbtowc(To, "", 0) + 10 * mblen("", 0); // Looks at it nevertheless.
  *R++ = mbtowc(&M.WideOut[100], "a", 0) + 10 * mblen("a", 0);
  // To bytes.
  char *Out = M.Out;
  for (const wchar_t *W = M.Wide; *W; ++W) {
    size_t Length = wcrtomb(Out, *W, &M.State[0]);
    *R++ = static_cast<long>(Length) + wctomb(Out + Length, *W);
    *R++ = static_cast<long>(
        c32rtomb(Out + Length, static_cast<char32_t>(*W), &M.State[0]));
    Out += Length;
  }
  *R++ = static_cast<long>(wcrtomb(nullptr, L'x', &M.State[0]));
  *R++ = static_cast<long>(
      wcrtomb(Out, static_cast<wchar_t>(0x7fffffff), &M.State[1]));
  memset(&M.State[1], 0, sizeof(M.State[1]));
  // Strings: enough room, too little, none.
  for (size_t Room : {100, 9, 6, 0}) {
    M.From = M.Text;
    *R++ = static_cast<long>(mbsrtowcs(M.WideOut, &M.From, Room, &M.State[0]));
    *R++ = M.From ? M.From - M.Text : -1;
    M.From = M.Text;
    *R++ = static_cast<long>(
        mbsnrtowcs(M.WideOut + 30, &M.From, 10, Room, &M.State[0]));
    *R++ = M.From ? M.From - M.Text : -1;
    memset(&M.State[0], 0, sizeof(M.State[0]));
    M.FromWide = M.Wide;
    *R++ = static_cast<long>(
        wcsrtombs(M.Out + 100, &M.FromWide, Room, &M.State[0]));
    *R++ = M.FromWide ? M.FromWide - M.Wide : -1;
    M.FromWide = M.Wide;
    *R++ = static_cast<long>(
        wcsnrtombs(M.Out + 150, &M.FromWide, 7, Room, &M.State[0]));
    *R++ = M.FromWide ? M.FromWide - M.Wide : -1;
    *R++ = static_cast<long>(mbstowcs(M.WideOut + 60, M.Text, Room));
    *R++ = static_cast<long>(wcstombs(M.Out + 200, M.Wide, Room));
  }
  M.From = M.Text;
  M.FromWide = M.Wide;
  *R++ = static_cast<long>(mbsrtowcs(nullptr, &M.From, 0, &M.State[0]) +
                           wcsrtombs(nullptr, &M.FromWide, 0, &M.State[0]) +
                           mbstowcs(nullptr, M.Text, 0) +
                           wcstombs(nullptr, M.Wide, 0));
  *R++ = M.From - M.Text + (M.FromWide - M.Wide);
  // Of 16 and 32 bits.
  int Count = 0;
  for (const char *Next = M.Text; Count != 40;) {
    size_t Length = mbrtoc16(&M.Half[Count], Next, 16, &M.State[1]);
    *R++ = static_cast<long>(Length);
    if (!Length)
      break;
    Next += Length == static_cast<size_t>(-3) ? 0 : Length;
    ++Count;
  }
  for (int I = 0; I != Count; ++I)
    *R++ = static_cast<long>(
        c16rtomb(M.Out + 300 + 4 * I, M.Half[I], &M.State[2]));
  // The second half is given without a look at the text.
  memset(&M.State[3], 0, sizeof(M.State[3]));
  *R++ = static_cast<long>(mbrtoc16(M.Half, "\U0001F600", 4, &M.State[3]));
  *R++ = static_cast<long>(mbrtoc16(M.Half + 1, M.Text, 0, &M.State[3]));
  *R++ = mbsinit(&M.State[3]) != 0;
  *R++ = static_cast<long>(mbrtoc32(M.Whole, M.Text + 2, 4, &M.State[3]));
}

void wide(Memory &M, long *&R) {
  auto At = [&](const wchar_t *Found) { return Found ? Found - M.Wide : -1; };
  wchar_t *Out = M.WideOut;
  *R++ = wcpcpy(Out, M.Wide) - Out;
  *R++ = wcpncpy(Out + 40, M.Wide, 5) - Out;
  *R++ = wcpncpy(Out + 50, L"ab", 5) - Out;
  *R++ = wcsncat(Out, L"tail that is cut", 4) - Out;
  *R++ = wmempcpy(Out + 60, M.Wide, 7) - Out;
  *R++ = __wcpcpy_chk(Out + 180, L"abc", 4) - Out;
  *R++ = __wcpncpy_chk(Out + 184, L"abc", 2, 2) - Out;
  *R++ = __wmempcpy_chk(Out + 186, L"abc", 3, 3) - Out;
  *R++ = At(wcschrnul(M.Wide, L'a')) + At(wcschrnul(M.Wide, L'Z'));
  *R++ = At(wcsstr(M.Wide, L"and")) + At(wcsstr(M.Wide, L"")) * 100;
  *R++ = At(wcsstr(M.Wide, L"none"));
  *R++ = At(wcspbrk(M.Wide, L";,")) + At(wcspbrk(M.Wide, L"Z"));
  *R++ = static_cast<long>(wcsspn(M.Wide, L"diw") + wcscspn(M.Wide, L" ") * 10 +
                           wcscspn(M.Wide, L"Z") * 100);
  for (wchar_t *Next = M.WideTokens, *Token;
       (Token = wcstok(Next, L",;", &M.Rest)); Next = nullptr)
    *R++ = Token - M.WideTokens + 100 * static_cast<long>(wcslen(Token));
  *R++ = M.Rest == nullptr;
  wchar_t *Copy = wcsdup(M.Wide);
  *R++ = wcscmp(Copy, M.Wide) +
         wcscasecmp(Copy, L"WIDE \u00c9, AND; NARROW\U0001F600");
  *R++ = wcsncasecmp(Copy, L"WIDEST", 4) == 0;
  *R++ = wcscoll(Copy, L"a") > 0;
  free(Copy);
  *R++ = static_cast<long>(wcsxfrm(Out + 70, L"abc", 20) +
                           wcsxfrm(nullptr, M.Wide, 0));
  *R++ = wcswidth(M.Wide, 6);
  *R++ = static_cast<long>(towctrans(L'a', wctrans("toupper"))) +
         (iswctype(L'a', wctype("alpha")) != 0);

  wchar_t *End;
  *R++ = wcstol(M.WideNumbers, &End, 10);
  *R++ = wcstol(End, &M.Rest, 0);
  *R++ = M.Rest - M.WideNumbers;
  *R++ = static_cast<long>(wcstoul(M.WideNumbers, nullptr, 10));
  *R++ = wcstoll(M.WideNumbers, nullptr, 10) +
         static_cast<long>(wcstoull(L"99", nullptr, 10));
  M.Reals[0] = wcstod(M.WideNumbers + 12, &M.Rest);
  *R++ = M.Rest - M.WideNumbers;
  M.Reals[1] = static_cast<double>(wcstof(L"0.5", nullptr));

  *R++ = swprintf(Out + 80, 50, L"%d|%-6s|%.2f|%c|%lx|%%", -42, "text", 3.14159,
                  'z', 255ul);
  *R++ = swprintf(Out + 140, 4, L"%d", 123456); // It doesn't fit.
  *R++ = formatWide(Out + 150, 30, L"%s and %5.1f", "list", 2.5);
}

void others(Memory &M, long *&R) {
  char *Text;
  *R++ = asprintf(&Text, "%d and %s", 42, M.Path);
  strcpy(M.Out + 400, Text);
  free(Text);
  *R++ = format(&Text, "%200d|%s", 7, "a list");
  *R++ = static_cast<long>(strlen(Text));
  free(Text);

  int Turned = 1, Key = 7, Missing = 99;
  qsort_r(M.Ints, M.Count, sizeof(int), compareTurned, &Turned);
  auto Find = [&](int &K) {
    auto *Found = static_cast<int *>(
        lfind(&K, M.Ints, &M.Count, sizeof(int), compareInts));
    return Found ? Found - M.Ints : -1;
  };
  *R++ = Find(Key);
  *R++ = Find(Missing);
  *R++ = static_cast<int *>(
             lsearch(&Missing, M.Ints, &M.Count, sizeof(int), compareInts)) -
         M.Ints;
  *R++ = Find(Missing) + static_cast<long>(M.Count);

  // Libc's own state, from a seed, and the program's.
  srand48(77);
  for (int I = 2; I != 6; ++I)
    M.Reals[I] = drand48();
  *R++ = lrand48() + mrand48();
  M.Reals[6] = erand48(M.X);
  *R++ = nrand48(M.X) + jrand48(M.X);
  unsigned short Seed[3] = {7, 8, 9};
  *R++ = seed48(Seed)[1];
  M.Reals[7] = drand48();
  srand48_r(5, &M.Data);
  drand48_r(&M.Data, &M.Reals[8]);
  lrand48_r(&M.Data, R++);
  mrand48_r(&M.Data, R++);
  seed48_r(Seed, &M.Data);
  erand48_r(M.X, &M.Data, &M.Reals[9]);
  nrand48_r(M.X, &M.Data, R++);
  jrand48_r(M.X, &M.Data, R++);

  M.Reals[10] = lgamma(-0.5);
  *R++ = signgam;
  M.Reals[11] = lgamma(4.5) + static_cast<double>(lgammaf(3.5f));
  *R++ = signgam;
  M.Reals[12] = lgamma_r(-1.5, &M.Number) +
                static_cast<double>(lgammaf_r(-2.5f, &M.Number));
  *R++ = M.Number;
  M.Reals[13] = remquo(29.0, 3.0, &M.Number);
  *R++ = M.Number;
  M.Small[0] = remquof(-29.0f, 3.0f, &M.Number);
  *R++ = M.Number;
  double Infinite = static_cast<double>(INFINITY);
  for (double Divisor : {0.0, static_cast<double>(NAN), Infinite}) {
    M.Number = 123; // Stays where there is no quotient.
    remquo(Infinite, Divisor, &M.Number);
    *R++ = M.Number;
    M.Number = 123;
    remquof(1.0f, static_cast<float>(Divisor), &M.Number);
    *R++ = M.Number;
  }
  sincos(1.25, &M.Reals[14], &M.Reals[15]);
  sincosf(1.25f, &M.Small[1], &M.Small[2]);

  *R++ = inet_pton(AF_INET, "192.168.1.20", M.Address);
  *R++ = inet_pton(AF_INET6, "2001:db8::1", M.Address + 4);
  *R++ = inet_pton(AF_INET, "192.168.1", M.Address + 30);
  *R++ = inet_ntop(AF_INET, M.Address, M.Out + 440, 40) == M.Out + 440;
  *R++ = inet_ntop(AF_INET6, M.Address + 4, M.Out + 460, 46) != nullptr;
  *R++ = inet_ntop(AF_INET6, M.Address + 4, M.Out + 500, 5) == nullptr;
  in_addr Address;
  *R++ = inet_aton("10.1", &Address) + static_cast<long>(Address.s_addr);
  *R++ = inet_addr("127.0.0.1");

  char List[] = "one,two;;three,";
  for (char *Next = List; (Text = strtok(Next, ",;")); Next = nullptr)
    *R++ = Text - List + 100 * static_cast<long>(strlen(Text));
  *R++ = strtoimax("-77", &Text, 10) + *Text;
  *R++ = static_cast<long>(strtoumax("0x10", nullptr, 16));
#if __GLIBC_PREREQ(2, 38) // Sanitizers have them without a libc's behind.
  *R++ = __isoc23_strtoimax("-0b11", nullptr, 0) +
         static_cast<long>(__isoc23_strtoumax("0b101", nullptr, 0));
#endif
  *R++ = strverscmp("file9", "file10") < 0;
  *R++ = static_cast<long>(strxfrm(M.Out + 510, "abc", 20) +
                           strxfrm(nullptr, M.Path, 0));
  *R++ = fnmatch("*.c[px]p", "file.cpp", 0) + 2 * fnmatch("*.c", "file.cpp", 0);
  *R++ = dirname(M.Path) - M.Path;
  strcpy(M.Path + 12, "a/b//");
  *R++ = __xpg_basename(M.Path + 12) - M.Path;
  char Plain[] = "no slash";
  *R++ = strcmp(dirname(Plain), ".");
  *R++ = static_cast<long>(strlen(strsignal(SIGSEGV)) +
                           strlen(sigabbrev_np(SIGINT)));
  bcopy(M.Out, M.Out + 540, 10);
  bzero(M.Out + 560, 5);
  for (void *Block : {memalign(64, 100), valloc(10)}) {
    *R++ = reinterpret_cast<uintptr_t>(Block) % 64 == 0;
    free(Block);
  }

  *R++ = strptime("2024-02-29 13:14:15 rest", "%Y-%m-%d %H:%M:%S", &M.Time)[1];
  *R++ = strptime("none", "%Y", &M.Time) == nullptr;
  *R++ = timelocal(&M.Time);
  timespec Now{};
  *R++ = timespec_get(&Now, TIME_UTC) + (Now.tv_sec > 0);
  *R++ = clock_getres(CLOCK_MONOTONIC, &Now) + Now.tv_sec;
}

/// The memory before \p End is all there is.
template <class T, size_t Count>
const T *putBefore(char *End, const T (&Elements)[Count]) {
  return static_cast<T *>(
      memcpy(End - sizeof(Elements), Elements, sizeof(Elements)));
}

char *endOfPage() {
  auto Page = static_cast<size_t>(getpagesize());
  void *Both = mmap(nullptr, 2 * Page, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(Both != MAP_FAILED);
  char *Middle = static_cast<char *>(Both) + Page;
  EXPECT(mprotect(Middle, Page, PROT_NONE) == 0);
  return Middle;
}
char *const End = endOfPage();

/// Fields without terminators there.
void pageEnd(Memory &M, long *&R) {
  memset(&M.State[0], 0, sizeof(M.State[0]));
  const char *Text = putBefore(End, {'a', '\xc3', '\xa9', 'b'});
  *R++ = static_cast<long>(mbstowcs(M.WideOut, Text, 3));
  M.From = Text;
  *R++ = static_cast<long>(mbsrtowcs(M.WideOut, &M.From, 3, &M.State[0]));
  M.From = Text;
  *R++ = static_cast<long>(mbsnrtowcs(M.WideOut, &M.From, 4, 9, &M.State[0]));
  const wchar_t *Wide = putBefore(End, {L'a', L'b', L'\u00e9'});
  *R++ = static_cast<long>(wcstombs(M.Out, Wide, 3));
  M.FromWide = Wide;
  *R++ = static_cast<long>(wcsnrtombs(M.Out, &M.FromWide, 3, 30, &M.State[0]));
  *R++ = wcsncasecmp(Wide, L"Axy", 9) + 1000 * wcscasecmp(L"AXY", Wide);
  *R++ = wcsncasecmp(Wide, L"AB\u00c9", 3) + wcswidth(Wide, 3);
  *R++ = wcswidth(putBefore(End, {L'a', L'\n'}), 9);
}

/// Of a text of many lines, and one that goes far into it.
void longText(Memory &M, long *&R) {
  static char Text[3000];
  memset(Text, ' ', sizeof(Text) - 1);
  strcpy(Text, "2024-02-29");
  Text[10] = '\n';
  strcpy(Text + 2500, "13:14 none");
  *R++ = strptime(Text, "%Y-%m-%d", &M.Time) - Text;
  *R++ = strptime(Text, "%Y-%m-%d %H:%M", &M.Time) - Text;
  *R++ = M.Time.tm_hour * 100 + M.Time.tm_min;
  *R++ = strptime(Text, "%Y-%m-%d %H:%M:%S", &M.Time) == nullptr;
}

void all(Memory &M) {
  long *R = M.Results;
  multibyte(M, R);
  wide(M, R);
  others(M, R);
  pageEnd(M, R);
  longText(M, R);
  EXPECT(R <= M.Results + 500);
}

void isUndone() {
  static char *Text = nullptr;
  static unsigned short X[3] = {4, 5, 6};
  static mbstate_t State;
  srand48(3);
  unsigned short Y[3] = {4, 5, 6};
  double First = drand48(), Second = erand48(Y);
  srand48(3);
  lgamma(4.5);
  static char List[] = "a b c d";
  EXPECT(strtok(List, " ") == List);
  stm::atomic([] {
    EXPECT(strtok(nullptr, " ") == List + 2);
    EXPECT(strtok(nullptr, " ") == List + 4);
    EXPECT(asprintf(&Text, "%s", "cancelled") == 9);
    for (int I = 0; I != 5; ++I)
      EXPECT(drand48() >= 0 && erand48(X) >= 0);
    wchar_t Wide;
    EXPECT(mbrtowc(&Wide, "\xe2", 1, &State) == static_cast<size_t>(-2));
    EXPECT(!mbsinit(&State));
    EXPECT(lgamma(-0.5) > 0 && signgam == -1);
    stm::cancel();
  });
  EXPECT(strtok(nullptr, " ") == List + 2 && List[5] == ' ');
  EXPECT(!Text && mbsinit(&State) && signgam == 1);
  EXPECT(drand48() == First && erand48(X) == Second);
}

/// Libc's own places for times: found once.
void places() {
  time_t Time = 951782400;
  std::tm Local;
  localtime_r(&Time, &Local);
  char Expected[64], Text[64];
  asctime_r(&Local, Expected);
  stm::atomic([&] { // Each kind may be inevitable here.
    EXPECT(gmtime(&Time)->tm_mday == 29 && ctime(&Time));
  });
  uint64_t Before = inevitableSoFar();
  EXPECT(Before <= 2);
  static std::tm *Shared;
  Time = 0;
  Shared = gmtime(&Time); // Plain.
  optimistically("localtime", [&] {
    time_t Later = 951782400;
    EXPECT(localtime(&Later) == Shared);
    strcpy(Text, asctime(Shared));
    EXPECT(strcmp(Text, ctime(&Later)) == 0);
  });
  EXPECT(strcmp(Text, Expected) == 0 && Shared->tm_mday == Local.tm_mday);
  stm::atomic([] {
    time_t Other = 86400 * 20;
    EXPECT(gmtime(&Other) == Shared && Shared->tm_mday == 21);
    stm::cancel();
  });
  EXPECT(Shared->tm_mday == Local.tm_mday);
  EXPECT(inevitableSoFar() == Before);
}

/// What isn't known is done alone, and right.
void alone() {
  uint64_t Before = inevitableSoFar();
  stm::atomic(
      [] { EXPECT(swprintf(Inside.WideOut, 20, L"%ls\u00e9", L"wide") == 5); });
  EXPECT(inevitableSoFar() == ++Before);
  EXPECT(wcscmp(Inside.WideOut, L"wide\u00e9") == 0);
  stm::atomic([] {
    wchar_t Made = 0;
    EXPECT(mbrtowc(&Made, "x", 1, nullptr) == 1 && Made == L'x');
  });
  EXPECT(inevitableSoFar() == ++Before);
  // A character in two pieces, with libc's own state.
  stm::atomic([] {
    Inside.From = "\xe2\x89\xa0z";
    wchar_t *Out = Inside.WideOut;
    EXPECT(mbsnrtowcs(Out, &Inside.From, 2, 8, nullptr) == 0);
    EXPECT(mbsnrtowcs(Out, &Inside.From, 9, 8, nullptr) == 2);
  });
  EXPECT(inevitableSoFar() == ++Before);
  EXPECT(wcscmp(Inside.WideOut, L"\u2260z") == 0);
  for (const wchar_t *Format : {L"%lls", L"%Ls", L"%zs"})
    stm::atomic([Format] {
      EXPECT(swprintf(Inside.WideOut, 20, Format, L"wide") == 4);
    });
  EXPECT(inevitableSoFar() == (Before += 3));
  stm::atomic([] {
    const char *Format = "%llc";
    EXPECT(snprintf(Inside.Out, 20, Format, static_cast<wint_t>(0xe9)) == 2);
  });
  EXPECT(inevitableSoFar() == ++Before);
}

/// In a code where a character may wait for the next one: a combining one can
/// make another of it.
void withWaiting() {
  if (!setlocale(LC_ALL, "zh_HK.BIG5-HKSCS"))
    return; // Few have it.
  auto Convert = [](char *Out) {
    size_t Length = wcstombs(Out, L"a\u00ca", 20);
    EXPECT(wcstombs(Out + 4, L"\u00ca\u0304", 20) < 9);
    return Length;
  };
  memset(Inside.Out, 0, sizeof(Inside.Out));
  memset(Outside.Out, 0, sizeof(Outside.Out));
  size_t Expected = Convert(Outside.Out);
  stm::atomic([&] { EXPECT(Convert(Inside.Out) == Expected); });
  EXPECT(memcmp(Inside.Out, Outside.Out, 20) == 0);
  EXPECT(setlocale(LC_ALL, "C.UTF-8"));
}

/// A %n in a format that can be written to ends the program, by
/// _FORTIFY_SOURCE's functions, as it does outside.
void withFlag() {
  static char Format[] = "%d%n", Out[20];
  static wchar_t WideFormat[] = L"%d%n", WideOut[20];
  static int Written;
  auto IsEnded = [](int Which) {
    pid_t Child = fork();
    EXPECT(Child >= 0);
    if (Child == 0) {
      EXPECT(freopen("/dev/null", "w", stderr));
      stm::atomic([Which] {
        char *Text;
        if (Which == 0)
          __asprintf_chk(&Text, 1, Format, 1, &Written);
        else if (Which == 1)
          __snprintf_chk(Out, 20, 1, 20, Format, 1, &Written);
        else
          __swprintf_chk(WideOut, 20, 1, 20, WideFormat, 1, &Written);
      });
      _exit(0);
    }
    int Status;
    EXPECT(waitpid(Child, &Status, 0) == Child);
    return WIFSIGNALED(Status) && WTERMSIG(Status) == SIGABRT;
  };
  for (int Which : {0, 1, 2})
    EXPECT(IsEnded(Which));
}

int main() {
  EXPECT(setlocale(LC_ALL, "C.UTF-8"));
  optimistically("libc", [] { all(Inside); });
  all(Outside);
  EXPECT(memcmp(Inside.Results, Outside.Results, sizeof(Inside.Results)) == 0);
  EXPECT(memcmp(Inside.Reals, Outside.Reals, sizeof(Inside.Reals)) == 0);
  // Pointers differ, but for these all is compared.
  Inside.From = Outside.From = nullptr;
  Inside.FromWide = Outside.FromWide = nullptr;
  Inside.Rest = Outside.Rest = nullptr;
  EXPECT(memcmp(&Inside, &Outside, sizeof(Memory)) == 0);
  EXPECT(inevitableSoFar() == 0);
  isUndone();
  EXPECT(inevitableSoFar() == 0);
  places();
  alone();
  withWaiting();
  withFlag();
}
