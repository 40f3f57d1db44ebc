//===- e2e/Language/block_without_plugin_c.c ----------------------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One at a time, in C; a thread may end in a block. gcc is no other.
//
// RUN: %two_levels %t %s %cc -std=c11 %link
// RUN: %if !sanitized %{ %two_levels %t.gcc %s gcc -pthread %include -Wl,--no-as-needed %link %}
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static long X, Y;

static int step(int I) {
  STM_ATOMIC_NAMED("step") {
    if (X != Y || !stm_is_inevitable())
      exit(1);
    ++X;
    STM_ATOMIC { ++Y; }
    if (I % 3 == 0)
      return 0;
    if (I % 3 == 1)
      goto Out;
  }
  return 2;
Out:
  return 1;
}

static void *run(void *Arg) {
  for (int I = 0; I != 1000; ++I)
    if (step(I) != I % 3 || stm_in_transaction())
      exit(1);
  STM_ATOMIC {
    ++X;
    ++Y;
    pthread_exit(Arg);
  }
  return NULL;
}

int main(void) {
  pthread_t Threads[4];
  for (int I = 0; I != 4; ++I)
    pthread_create(&Threads[I], NULL, run, NULL);
  for (int I = 0; I != 4; ++I)
    pthread_join(Threads[I], NULL);
  if (X != 4004 || Y != 4004)
    return 1;
  struct stm_stats Stats;
  stm_get_stats(&Stats);
  return Stats.inevitable == 4004 ? 0 : 1;
}

// CHECK: compiled without the plugin
