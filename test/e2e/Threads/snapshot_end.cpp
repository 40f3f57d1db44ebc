//===- e2e/Threads/snapshot_end.cpp - the end of a reader -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread that ends in a snapshot, by pthread_exit or because it is cancelled,
// has ended the snapshot: nobody waits for it, and it holds up no versions.
//
// RUN: env STM_OPTIONS=report=none %levels %t %s %stmxx
// Without the plugin it runs alone, until then.
// RUN: env STM_OPTIONS=report=none %one_level %t.plain %s %cxx -DPLAIN %link
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Many[1 << 13];

/// Until it is cancelled.
static STM_PURE void sleepOn(int S) {
  reached(S);
  for (;;)
    pause();
}

static long exitsInCallable(int) {
  stm::snapshot([] {
    EXPECT(X == Many[0]);
    pthread_exit(nullptr);
  });
  return 0;
}
static long exitsInBlock(int) {
  STM_SNAPSHOT {
    EXPECT(X == Many[0]);
    pthread_exit(nullptr);
  }
  return 0;
}
static long sleepsInCallable(int S) {
  return stm::snapshot([=] {
    long Seen = X;
    sleepOn(S);
    return Seen;
  });
}
static long sleepsInBlock(int S) {
  STM_SNAPSHOT {
    EXPECT(X == Many[0]);
    sleepOn(S);
  }
  return 0;
}

static void writeAll() {
  stm::atomic([] { ++X; });
  for (long &Word : Many)
    stm::atomic([&] { Word = X; });
}

static void endsIn(long (*Body)(int), bool IsCancelled) {
  static int Last = 0;
  struct Call {
    long (*Body)(int);
    int S;
  } It = {Body, ++Last};
  pthread_t Handle;
  EXPECT(pthread_create(
             &Handle, nullptr,
             [](void *Arg) -> void * {
               auto *It = static_cast<Call *>(Arg);
               It->Body(It->S);
               failed("not to come here", __FILE__, __LINE__);
             },
             &It) == 0);
  if (IsCancelled) {
    await(It.S);
#ifndef PLAIN
    writeAll(); // It needs the versions.
#endif
    EXPECT(pthread_cancel(Handle) == 0);
  }
  void *How = nullptr;
  EXPECT(pthread_join(Handle, &How) == 0);
  EXPECT(How == (IsCancelled ? PTHREAD_CANCELED : nullptr));
  writeAll();
  stm::atomic([] { stm::become_inevitable("nobody else runs"); });
  stm_collect(2);
  stm_stats Stats;
  stm_get_stats(&Stats);
  EXPECT(Stats.oldest_snapshot_age_ns == 0);
  EXPECT(Stats.version_bytes == 0);
}

int main() {
  for (int I = 0; I != 10; ++I) {
    endsIn(exitsInCallable, false);
    endsIn(exitsInBlock, false);
    endsIn(sleepsInCallable, true);
    endsIn(sleepsInBlock, true);
  }
}
