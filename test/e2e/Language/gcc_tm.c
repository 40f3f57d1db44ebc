//===- e2e/Language/gcc_tm.c - GCC's spelling ---------------------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The source is GCC's: nothing of ours is named in it. In C and in C++.
//
// RUN: %two_levels %t %s %stmcc -std=c2x -Wall -Werror -DSTM_GCC_TM_OUTER -include stm/gcc_tm.h
// RUN: %two_levels %t.cpp %s %stmxx -Wall -Werror -DSTM_GCC_TM_OUTER -include stm/gcc_tm.h -x c++
// RUN: %at_O2 %t.inner %s %stmcc -std=c2x -DINNER_ONLY -Wno-unknown-attributes -include stm/gcc_tm.h
//
//===----------------------------------------------------------------------===//

#include <pthread.h>
#include <stdlib.h>

#define THREADS 4
#define ROUNDS 2000

struct node {
  long key;
  struct node *next;
};
static struct node *list;
static long counter, sum, length;

__attribute__((transaction_pure)) static long hash(long x) {
  return x * 2654435761u % 101;
}

__attribute__((transaction_safe)) static void insert(long key) {
  struct node **at = &list;
  while (*at && (*at)->key < key)
    at = &(*at)->next;
  struct node *made = (struct node *)malloc(sizeof(struct node));
  made->key = key;
  made->next = *at;
  *at = made;
  ++length;
}

__attribute__((transaction_callable)) static long take_first(void) {
  struct node *first = list;
  if (!first)
    return -1;
  long key = first->key;
  list = first->next;
  --length;
  free(first);
  return key;
}

static void *work(void *arg) {
  long id = (long)arg;
  for (int i = 0; i != ROUNDS; ++i) {
    long key = hash(id * ROUNDS + i);
    __transaction_atomic {
      insert(key);
      sum += key;
      if (length > 50)
        sum -= take_first();
    }
    __transaction_relaxed { ++counter; }
  }
  return 0;
}

static int nested(int stop) {
  __transaction_atomic {
    for (int i = 0; i != 10; ++i)
      __transaction_atomic {
        ++counter;
        if (i == stop)
          return i;
      }
  }
  return -1;
}

/* Of a cancelled transaction nothing stays, of an outer one neither what inner
   ones have committed. */
static int cancelled(int inner) {
  long before = counter, begun = length;
  int reached = 0;
  __transaction_atomic [[outer]] {
    ++counter;
    __transaction_atomic {
      ++length;
      if (inner)
        __transaction_cancel;
    }
    reached = length == begun;
    if (!inner)
      __transaction_cancel;
    reached += 2 * (counter == before + 1);
  }
  return inner ? reached == 3 && counter == before + 1
               : counter == before && length == begun;
}

#ifndef INNER_ONLY
__attribute__((transaction_may_cancel_outer)) static void give_up(int whether) {
  ++length;
  if (whether)
    __transaction_cancel [[outer]];
  --length;
}

/* From wherever it is said, all of the outer one is undone. */
static int cancelled_outer(int how) {
  long before = counter, begun = length;
  int reached = 0;
  __transaction_atomic [[outer]] {
    ++counter;
    __transaction_atomic {
      ++length;
      if (how == 1)
        __transaction_cancel [[outer]];
      else
        give_up(how == 2);
      if (how == 3)
        __transaction_cancel;
    }
    reached = 1;
  }
  return how == 3 ? reached && counter == before + 1 && length == begun
                  : !reached && counter == before && length == begun;
}
#else
#define cancelled_outer(how) 1
#endif

int main(void) {
  if (!cancelled(0) || !cancelled(1))
    return 5;
  for (int how = 1; how != 4; ++how)
    if (!cancelled_outer(how))
      return 6;
  counter = 0;
  pthread_t threads[THREADS];
  for (long i = 0; i != THREADS; ++i)
    pthread_create(&threads[i], 0, work, (void *)i);
  for (int i = 0; i != THREADS; ++i)
    pthread_join(threads[i], 0);
  if (counter != THREADS * ROUNDS || length != 50)
    return 1;
  long last = -1;
  for (struct node *n = list; n; n = n->next) {
    if (n->key < last)
      return 2;
    last = n->key;
    sum -= n->key;
  }
  if (sum != 0)
    return 3;
  return nested(3) == 3 && nested(99) == -1 && counter == 8014 ? 0 : 4;
}
