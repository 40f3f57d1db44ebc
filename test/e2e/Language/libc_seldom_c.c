//===- e2e/Language/libc_seldom_c.c - less often used functions, in C
//------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A choice of libc_seldom.cpp, called from C.
//
// Sanitizers' own functions of these names find fault with some arguments.
// UNSUPPORTED: sanitized
// RUN: %stmxx -O1 -c %inputs/c_rival.cpp -o %t.rival.o
// RUN: %two_levels %t %s %stmcc -std=gnu11 -Wall -Werror %t.rival.o -lstdc++ -lm
//
//===----------------------------------------------------------------------===//

#define _GNU_SOURCE
#include "c_rival.h"

#include <arpa/inet.h>
#include <locale.h>
#include <math.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct Memory {
  char *Text;
  int Numbers[12];
  size_t Count;
  wchar_t Wide[32];
  char Bytes[64];
  unsigned short X[3];
  double Reals[6];
  long Results[8];
};
static struct Memory Inside, Outside;

static int compare(const void *A, const void *B) {
  return *(const int *)A - *(const int *)B;
}
static int compareWith(const void *A, const void *B, void *Turned) {
  return *(int *)Turned ? compare(B, A) : compare(A, B);
}

static void all(struct Memory *M) {
  long *R = M->Results;
  int Turned = 1, Key = 4, Other = 50, Quotient;
  *R++ = asprintf(&M->Text, "%s, %d", "text", 5);
  for (int I = 0; I != 10; ++I)
    M->Numbers[I] = I * 7 % 10;
  M->Count = 10;
  qsort_r(M->Numbers, M->Count, sizeof(int), compareWith, &Turned);
  *R++ = (int *)lfind(&Key, M->Numbers, &M->Count, sizeof(int), compare) -
         M->Numbers;
  *R++ = (int *)lsearch(&Other, M->Numbers, &M->Count, sizeof(int), compare) -
         M->Numbers;
  *R++ = (long)mbstowcs(M->Wide, "\xc3\xa9t\xc3\xa9", 32);
  *R++ = (long)wcstombs(M->Bytes, M->Wide, 64);
  *R++ = swprintf(M->Wide + 8, 20, L"%d%%", 15);
  *R++ = inet_pton(AF_INET6, "::1", M->Bytes + 20);
  srand48(9);
  M->Reals[0] = drand48();
  M->Reals[1] = erand48(M->X);
  M->Reals[2] = lgamma(-0.5) * signgam;
  M->Reals[3] = remquo(7, 2, &Quotient) + Quotient;
  sincos(0.5, &M->Reals[4], &M->Reals[5]);
}

static unsigned long inevitable(void) {
  struct stm_stats Stats;
  stm_get_stats(&Stats);
  return Stats.inevitable;
}

int main(void) {
  EXPECT(setlocale(LC_ALL, "C.UTF-8"));
  newRival();
  STM_ATOMIC {
    all(&Inside);
    strike();
  }
  EXPECT(inevitable() == 0);
  all(&Outside);
  EXPECT(strcmp(Inside.Text, "text, 5") == 0);
  EXPECT(strcmp(Outside.Text, "text, 5") == 0);
  free(Inside.Text);
  free(Outside.Text);
  Inside.Text = Outside.Text = NULL;
  EXPECT(memcmp(&Inside, &Outside, sizeof(Inside)) == 0);
  return 0;
}
