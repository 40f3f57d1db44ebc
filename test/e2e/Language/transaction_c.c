//===- e2e/Language/transaction_c.c - STM_TRANSACTION in C --------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arguments and results of all kinds pass through the transaction.
//
// RUN: %levels %t %s %stmcc -std=c11
// RUN: %two_levels %t %s %stmcc -std=c11 -g -Wall -Wextra -Werror
//
//===----------------------------------------------------------------------===//

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <stm/stm.h>

#define EXPECT(Condition)                                                      \
  do {                                                                         \
    if (!(Condition)) {                                                        \
      fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #Condition); \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

struct Small {
  int A, B;
};
struct Large {
  long Word[12];
};
struct Mixed {
  double D;
  int I;
};

static long Counter;
static long Other;

STM_TRANSACTION void increment(void) {
  ++Counter;
  ++Other;
}

STM_TRANSACTION static int equal(void) { return Counter == Other; }

STM_TRANSACTION long many(char A, short B, int C, long D, float E, double F,
                          long double G, void *H, int I, int J, int K) {
  ++Counter;
  ++Other;
  return A + B + C + D + (long)E + (long)F + (long)G + (H != 0) + I + J + K;
}

STM_TRANSACTION struct Small small(struct Small S) {
  struct Small Swapped = {S.B, S.A};
  return Swapped;
}

STM_TRANSACTION struct Large large(struct Large L, int Add) {
  for (int I = 0; I != 12; ++I)
    L.Word[I] += Add;
  return L;
}

STM_TRANSACTION struct Mixed mixed(struct Mixed M) {
  M.D *= 2;
  M.I += 1;
  return M;
}

STM_TRANSACTION long double widest(long double A) { return A * 2; }

STM_TRANSACTION __int128 wide(__int128 A) { return A + 1; }

STM_TRANSACTION int recursive(int N) {
  if (N == 0)
    return 0;
  ++Counter;
  ++Other;
  return 1 + recursive(N - 1);
}

STM_TRANSACTION int calls_another(void) {
  increment();
  increment();
  return equal();
}

STM_TRANSACTION inline static void swap(long *A, long *B) {
  long T = *A;
  *A = *B;
  *B = T;
}

static void *work(void *Arg) {
  (void)Arg;
  for (int I = 0; I != 3000; ++I) {
    increment();
    if (!equal())
      abort();
  }
  return NULL;
}

int main(void) {
  pthread_t Threads[4];
  for (int I = 0; I != 4; ++I)
    pthread_create(&Threads[I], NULL, work, NULL);
  for (int I = 0; I != 4; ++I)
    pthread_join(Threads[I], NULL);
  EXPECT(Counter == 12000 && Other == 12000);

  EXPECT(many(1, 2, 3, 4, 5, 6, 7, &Counter, 8, 9, 10) == 56);
  struct Small S = small((struct Small){1, 2});
  EXPECT(S.A == 2 && S.B == 1);
  struct Large L = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
  struct Large M = large(L, 5);
  for (int I = 0; I != 12; ++I)
    EXPECT(M.Word[I] == I + 5 && L.Word[I] == I);
  struct Mixed X = mixed((struct Mixed){1.5, 7});
  EXPECT(X.D == 3.0 && X.I == 8);
  EXPECT(widest(1.25L) == 2.5L);
  EXPECT(wide(((__int128)1 << 100) + 4) == ((__int128)1 << 100) + 5);
  EXPECT(recursive(100) == 100);
  EXPECT(calls_another());
  long A = 1, B = 2;
  swap(&A, &B);
  EXPECT(A == 2 && B == 1);
  void (*Pointer)(void) = increment;
  Pointer();
  EXPECT(Counter == 12104 && Other == 12104);
  EXPECT(!stm_in_transaction());
  struct stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.inevitable == 0);
  EXPECT(Stats.commits >= 24000);
  return 0;
}
