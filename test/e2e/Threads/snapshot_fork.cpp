//===- e2e/Threads/snapshot_fork.cpp - fork and snapshots -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fork in a snapshot is made once, alone: parent and child both go on in it.
// Elsewhere a fork waits for the snapshots that run, as for other transactions:
// in the child there are none that could hold up versions.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <sys/wait.h>

alignas(64) long X = 0;
alignas(64) long Y = 0;
alignas(64) long Many[1 << 14];
std::atomic<bool> Stop{false};

static void expectChild(pid_t Pid) {
  int Status = -1;
  EXPECT(waitpid(Pid, &Status, 0) == Pid);
  EXPECT(WIFEXITED(Status) && WEXITSTATUS(Status) == 0);
}

static void addBoth() {
  stm::atomic([] {
    ++X;
    ++Y;
  });
}

static long difference() {
  return stm::snapshot([] { return X - Y; });
}

static void useAll() {
  addBoth();
  EXPECT(difference() == 0);
  stm::atomic([] { stm::become_inevitable("in the child"); });
  onThreads(2, [](unsigned) {
    addBoth();
    EXPECT(difference() == 0);
  });
  stm_collect(2);
}

static void forksInside() {
  auto Work = [] {
    while (!Stop) {
      addBoth();
      EXPECT(difference() == 0);
    }
  };
  Thread A(Work), B(Work);
  for (int I = 0; I != 20; ++I) {
    pid_t Pid = stm::snapshot([] {
      long Before = X;
      pid_t Pid = fork();
      EXPECT(stm_is_inevitable());
      EXPECT(X == Before && Y == Before);
      return Pid;
    });
    EXPECT(!stm_in_transaction());
    if (Pid == 0) {
      useAll();
      _exit(0);
    }
    expectChild(Pid);
    EXPECT(difference() == 0);
  }
  Stop = true;
}

static void forksBeside() {
  Thread Reader([] {
    stm::snapshot([] {
      EXPECT(Many[0] == 0);
      reached(1);
      awaitBriefly(3); // The fork is over.
      for (long &Word : Many)
        EXPECT(Word == 0);
      reached(2);
    });
  });
  await(1);
  for (long Round = 1; Round != 5; ++Round)
    for (long &Word : Many)
      stm::atomic([&] { Word = Round; });
  pid_t Pid = fork();
  EXPECT(Step.load() == 2);
  if (Pid == 0) {
    useAll();
    stm_stats Stats;
    stm_get_stats(&Stats);
    EXPECT(Stats.oldest_snapshot_age_ns == 0 && Stats.version_bytes == 0);
    _exit(0);
  }
  reached(3);
  expectChild(Pid);
}

int main() {
  forksInside();
  forksBeside();
  EXPECT(difference() == 0);
}
