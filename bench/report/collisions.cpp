//===- report/collisions.cpp - transactions that are rolled back once -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   bench-collisions stale|locked|none TRANSACTIONS [OTHERS]
//
// Each of a thread's transactions lets another thread run one before it goes
// on: that changes what the first one has read (stale), keeps locked what it is
// about to read (locked), or touches something else (none). So it doesn't
// depend on the machine's load how many are rolled back. Prints the nanoseconds
// of processor time of a transaction, the other thread's included; what none
// takes is the other thread's turn. After each of them come so many OTHERS,
// short ones that nobody disturbs.
//
// Wants STM_OPTIONS=quiesce=never: the other thread's commit must not wait for
// the transaction that waits for it.
//
//===----------------------------------------------------------------------===//

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sched.h>
#include <semaphore.h>
#include <stm/stm.hpp>
#include <thread>

struct alignas(64) Line {
  long Value = 0;
};
// Not the file's own: the compiler would know that nobody reads the result.
Line Shared[16], Elsewhere, Result;

namespace {

sem_t Others, Mine;

/// A turn of the other thread.
STM_PURE void letOther() {
  sem_post(&Others);
  sem_wait(&Mine);
}
STM_PURE void waitForTurn() {
  sem_post(&Mine);
  sem_wait(&Others);
}

/// \p IsFirst: no attempt has been rolled back.
STM_PURE bool isFirst(bool *IsFirst) {
  bool Was = *IsFirst;
  *IsFirst = false;
  return Was;
}

long sum() {
  long Sum = 0;
  for (const Line &L : Shared)
    Sum += L.Value;
  return Sum;
}

/// Its write is there, locked, while the first one tries to read it.
void others(Line &Written, bool StaysLocked, long Times) {
  for (long I = 0; I != Times; ++I) {
    sem_wait(&Others);
    stm::atomic([&] {
      Written.Value += 1;
      if (StaysLocked)
        waitForTurn();
    });
    sem_post(&Mine);
  }
}

void mine(bool ReadsFirst, bool StaysLocked, long Times, long Undisturbed) {
  for (long I = 0; I != Times; ++I) {
    for (long Other = 0; Other != Undisturbed; ++Other)
      stm::atomic([] { Result.Value += 1; });
    bool First = true;
    stm::atomic([&] {
      long Sum = ReadsFirst ? sum() : 0;
      bool IsFirst = isFirst(&First);
      // What is locked is given back before the second attempt.
      if (IsFirst || StaysLocked)
        letOther();
      Result.Value = Sum + sum();
    });
  }
}

double processorNs() {
  timespec Time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &Time);
  return static_cast<double>(Time.tv_sec) * 1e9 +
         static_cast<double>(Time.tv_nsec);
}

} // namespace

int main(int Argc, char **Argv) {
  const char *What = Argc > 2 ? Argv[1] : "";
  bool IsStale = !std::strcmp(What, "stale");
  bool IsLocked = !std::strcmp(What, "locked");
  long Times = Argc > 2 ? std::atol(Argv[2]) : 0;
  long Undisturbed = Argc > 3 ? std::atol(Argv[3]) : 0;
  if ((!IsStale && !IsLocked && std::strcmp(What, "none") != 0) || Times <= 0) {
    std::fputs("usage: stale|locked|none TRANSACTIONS [OTHERS]\n", stderr);
    return 2;
  }
  // Together on one processor: a turn is a switch, and nobody is woken up
  // elsewhere.
  cpu_set_t One;
  CPU_ZERO(&One);
  CPU_SET(sched_getcpu(), &One);
  sched_setaffinity(0, sizeof(One), &One);
  sem_init(&Others, 0, 0);
  sem_init(&Mine, 0, 0);
  double Began = processorNs();
  std::thread Other(others,
                    std::ref(IsStale || IsLocked ? Shared[7] : Elsewhere),
                    IsLocked, Times);
  mine(/*ReadsFirst=*/!IsLocked, IsLocked, Times, Undisturbed);
  Other.join();
  double Each = (processorNs() - Began) / static_cast<double>(Times);
  stm_stats Stats = {};
  stm_get_stats(&Stats);
  if (Stats.aborts !=
      (IsStale || IsLocked ? static_cast<uint64_t>(Times) : 0)) {
    std::fprintf(stderr, "%llu rollbacks\n",
                 static_cast<unsigned long long>(Stats.aborts));
    return 3;
  }
  std::printf("%.1f\n", Each);
  return 0;
}
