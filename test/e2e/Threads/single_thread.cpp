//===- e2e/Threads/single_thread.cpp - blocks without barriers --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// While the process has one thread blocks run as they were written; what a
// program sees is the same. From the first further thread on they are
// transactions.
//
// ThreadSanitizer has a thread of its own.
// UNSUPPORTED: tsan
// RUN: env STM_OPTIONS=single_thread=auto %two_levels %t %s %stmxx
// RUN: env STM_OPTIONS=single_thread=plain:report=full %t.O2 > %t.out 2>&1
// RUN: env STM_OPTIONS=single_thread=auto %t.O2 "no blocks"
// RUN: env STM_OPTIONS=single_thread=auto %t.O2 exit | FileCheck %s --check-prefix=EXIT
// EXIT: in the block, at the end
//
// A signal handler's block is no part of the one that it interrupts.
// RUN: env STM_OPTIONS=single_thread=auto not %t.O2 signal 2>&1 | FileCheck %s --check-prefix=SIGNAL
// SIGNAL: ERROR: a signal handler began a transaction (the handler's, {{.*}}) that has interrupted another one of its thread (the interrupted one,
//
// What a report is asked for are barriers:
// RUN: env STM_OPTIONS=report=none %t.O2 barriers
// RUN: env STM_OPTIONS=single_thread=auto:report=summary:report_path=%t.report %t.O2 barriers
// RUN: env STM_OPTIONS=single_thread=auto:fail_on=inevitable %t.O2 barriers
// RUN: env STM_OPTIONS=single_thread=auto:report_format=json:report_path=%t.json %t.O2 barriers
//
// So does a program that may need to roll back:
// RUN: %stmxx -O2 -DCANCELS %s -o %t.cancels
// RUN: env STM_OPTIONS=single_thread=auto %t.cancels barriers
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <csignal>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>

long Value = 0;
std::string Log;

struct Counts {
  uint64_t Plain, Commits, Inevitable;
};

static Counts counts() {
  stm_stats Stats;
  stm_get_stats(&Stats);
  return {Stats.single_threaded, Stats.commits, Stats.inevitable};
}

/// \p Body's blocks ran without barriers, or with them; none was inevitable.
template <class F> static void expectPlain(uint64_t Blocks, F Body) {
  Counts Before = counts();
  Body();
  Counts After = counts();
  EXPECT(After.Plain - Before.Plain == Blocks);
  EXPECT(After.Commits - Before.Commits >= Blocks); // Other threads, too.
  EXPECT(After.Inevitable == Before.Inevitable);
}

template <class F> static void expectBarriers(F Body) {
  Counts Before = counts();
  Body();
  EXPECT(counts().Plain == Before.Plain);
  EXPECT(counts().Commits > Before.Commits);
}

static void increment() {
  stm::atomic([] { ++Value; });
}

static void results() {
  expectPlain(3, [] {
    EXPECT(stm::atomic([] {
             EXPECT(stm_in_transaction());
             return ++Value;
           }) == 1);
    STM_ATOMIC { ++Value; }
    EXPECT(!stm_in_transaction());
    // Read-only.
    EXPECT(stm::atomic([] { return Value; }) == 2);
  });
}

static void ioIsNoReason() {
  expectPlain(1, [] {
    stm::atomic([] {
      FILE *Null = fopen("/dev/null", "w");
      EXPECT(Null && fputs("text", Null) >= 0);
      fclose(Null);
      EXPECT(!stm_is_inevitable());
    });
  });
  uint64_t Before = counts().Inevitable;
  stm::atomic([] {
    stm_become_inevitable("for the test");
    EXPECT(stm_is_inevitable());
  });
  EXPECT(counts().Inevitable == Before + 1);
}

/// In the order of the blocks, whatever runs them.
static void deferredOutput() {
  FILE *File = tmpfile();
  EXPECT(File);
  expectPlain(2, [=] {
    for (int I = 0; I != 2; ++I)
      stm::atomic([=] { stm::deferred_printf(File, "%d ", I); });
  });
  stm::deferred_printf(File, "2");
  rewind(File);
  char Text[16] = {};
  EXPECT(fgets(Text, sizeof(Text), File) && std::string_view(Text) == "0 1 2");
  fclose(File);
}

static void inner() {
  expectPlain(1, [] {
    stm::atomic([] {
      increment();
      EXPECT(stm::snapshot([] { return Value; }) == 3);
      EXPECT(stm_in_transaction());
    });
  });
}

static void exceptions() {
  expectPlain(2, [] {
    try {
      stm::atomic([] {
        ++Value;
        throw std::runtime_error("leaves");
      });
      EXPECT(false);
    } catch (const std::runtime_error &E) {
      EXPECT(std::string_view(E.what()) == "leaves");
    }
    EXPECT(!stm_in_transaction());
    EXPECT(stm::atomic([] {
             try {
               throw 1;
             } catch (int I) {
               Value += I;
             }
             return Value;
           }) == 5);
  });
}

static void hooks() {
  expectPlain(2, [] {
    stm::atomic([] {
      stm::on_commit([] {
        Log += "committed, ";
        increment(); // A block of its own.
      });
      stm::on_abort([] { Log += "rolled back, "; });
      Log += "in the block, ";
    });
  });
  EXPECT(Log == "in the block, committed, ");
  EXPECT(Value == 6);
}

static void memory() {
  expectPlain(2, [] {
    auto *Text = stm::atomic([] { return new std::string(100, 'x'); });
    stm::atomic([=] { delete Text; });
  });
}

/// A snapshot is one: it must find out who writes in it.
static void snapshots() {
  expectBarriers([] { EXPECT(stm::snapshot([] { return Value; }) == 6); });
}

/// Both processes go on in the block, and after it.
static void forks() {
  expectPlain(2, [] {
    pid_t Child = stm::atomic([] {
      ++Value;
      pid_t Child = fork();
      Value += Child == 0 ? 10 : 100;
      return Child;
    });
    increment();
    if (Child == 0)
      _exit(Value == 18 ? 0 : 1);
    int Status = -1;
    EXPECT(waitpid(Child, &Status, 0) == Child && Status == 0);
    EXPECT(Value == 108);
  });
}

/// A thread that the block starts, and one that this starts, see all of the
/// block; their own blocks wait for its end, though the block forks meanwhile.
static void threadOfTheBlock() {
  pthread_t Handle = {};
  expectPlain(1, [&] {
    Handle = stm::atomic([] {
      Value = 1;
      pthread_t Started;
      EXPECT(pthread_create(
                 &Started, nullptr,
                 [](void *) -> void * {
                   Thread Other(
                       [] { EXPECT(stm::atomic([] { return Value; }) >= 3); });
                   reached(1);
                   increment();
                   reached(2);
                   return nullptr;
                 },
                 nullptr) == 0);
      await(1);
      Value = 2;
      awaitBriefly(2);
      EXPECT(Step.load() == 1);
      pid_t Child = fork();
      if (Child == 0)
        _exit(Value == 2 ? 0 : 1);
      int Status = -1;
      EXPECT(waitpid(Child, &Status, 0) == Child && Status == 0);
      Value = 3;
      return Started;
    });
  });
  pthread_join(Handle, nullptr);
  EXPECT(stm::atomic([] { return Value; }) == 4);
}

/// What begins no block doesn't wait for the one that runs.
static void threadWithoutBlocks() {
  expectPlain(1, [] {
    stm::atomic([] {
      pthread_t Started;
      EXPECT(pthread_create(
                 &Started, nullptr,
                 [](void *) -> void * {
                   stm::deferred_printf(stdout, "%s", "");
                   stm_quiesce();
                   return nullptr;
                 },
                 nullptr) == 0);
      EXPECT(pthread_join(Started, nullptr) == 0);
    });
  });
}

static void barriersFromThenOn() {
  expectBarriers(increment);
  expectBarriers([] {
    Rival Other;
    stm::atomic([&] { Other.strike(); });
    EXPECT(stm::last_abort_info().attempts == 1);
  });
}

/// The child of a fork has one thread again.
static void childOfTheFork() {
  long Before = Value;
  pid_t Child = fork();
  if (Child == 0) {
    for (int I = 0; I != 100; ++I)
      increment();
    _exit(stm::atomic([] { return Value; }) == Before + 100 ? 0 : 1);
  }
  int Status = -1;
  EXPECT(waitpid(Child, &Status, 0) == Child && Status == 0);
}

#ifdef CANCELS
void maybeCancel(bool Does) {
  if (Does)
    stm_cancel();
}
#endif

int main(int Argc, char **Argv) {
  std::string_view What = Argc > 1 ? Argv[1] : "";
  if (What == "barriers") {
    expectBarriers(increment);
    return 0;
  }
  if (What == "signal") {
    signal(SIGUSR1, [](int) { stm::atomic("the handler's", [] { ++Value; }); });
    stm::atomic("the interrupted one", [] {
      increment();
      raise(SIGUSR1);
    });
  }
  if (What == "exit") {
    atexit([] {
      increment();
      printf(Value == 2 ? ", at the end\n" : ", too late\n");
    });
    stm::atomic([] {
      ++Value;
      printf("in the block");
      exit(0);
    });
  }
  results();
  ioIsNoReason();
  deferredOutput();
  inner();
  exceptions();
  hooks();
  memory();
  snapshots();
  forks();
  if (What == "no blocks")
    threadWithoutBlocks();
  else
    threadOfTheBlock();
  barriersFromThenOn();
  childOfTheFork();
}
