//===- soak/soak.cpp - random work of every kind, for long ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Eight threads at a time do whatever there is (basic.cpp, higher.cpp). Each
// lives for a fraction of a second, ends in one of several ways, in the middle
// of a block too, and another one takes its place. At the end stands a line of
// figures; in the long form memory must not have grown.
//
//   STM_TEST_SECONDS=n   for so long: 2 seconds, with STM_TEST_LONG=1 an hour
//   STM_TEST_SEED=n      other random numbers
//
//===----------------------------------------------------------------------===//

#include "world.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <pthread.h>
#include <vector>

namespace soak {

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned Threads = 8;
/// Below that memory is still being filled.
constexpr uint64_t SecondsToWarmUp = 100;

/// How a thread ends.
enum End { Returns, Exits, ExitsInside, IsCancelled, Ends };

struct Life {
  uint64_t Seed;
  std::chrono::milliseconds Length;
  End How;
  pthread_t Thread;
  /// It sleeps in a block, and waits for its end.
  std::atomic<bool> AwaitsCancel{false};
};

std::atomic<bool> IsOver{false};
std::atomic<uint64_t> EndedInside{0}, AtEnds{0}, OperationsDone{0};
uint64_t AtEndsCommitted = 0;

/// Runs a transaction while the thread's own variables are destroyed.
struct AtEnd {
  bool Armed = false;
  ~AtEnd() {
    if (!Armed)
      return;
    ++AtEnds;
    stm::atomic("at end", [] { ++AtEndsCommitted; });
  }
};
thread_local AtEnd Farewell;

STM_PURE void say(Life *L) { L->AwaitsCancel.store(true); }

/// The block's work until there is committed, as if it had been left.
[[noreturn]] void endInside(Life *L, Random &Next) {
  unsigned From = static_cast<unsigned>(Next.below(World::Accounts));
  unsigned To = static_cast<unsigned>(Next.below(World::Accounts));
  ++EndedInside;
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr);
  stm::atomic("end inside", [=] {
    transfer(From, To, 1);
    ++W.Ended.Value;
    if (L->How == ExitsInside)
      pthread_exit(nullptr);
    say(L);
    for (;;)
      sleep(1);
  });
  stress::violated("the end of a thread", __FILE__, __LINE__);
}

void live(Life *L) {
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, nullptr);
  Random Next(L->Seed);
  Farewell.Armed = true;
  unsigned Weights = 0;
  for (size_t I = 0; I != BasicCount; ++I)
    Weights += Basic[I].Weight;
  for (size_t I = 0; I != HigherCount; ++I)
    Weights += Higher[I].Weight;
  auto Until = Clock::now() + L->Length;
  uint64_t Count = 0;
  while (!IsOver && Clock::now() < Until) {
    auto Left = static_cast<unsigned>(Next.below(Weights));
    const Operation *At = Basic;
    while (Left >= At->Weight) {
      Left -= At->Weight;
      ++At;
      if (At == Basic + BasicCount)
        At = Higher;
    }
    At->Do(Next);
    ++Count;
  }
  OperationsDone += Count;
  switch (L->How) {
  case Returns:
  case Ends:
    return;
  case Exits:
    pthread_exit(nullptr);
  case ExitsInside:
  case IsCancelled:
    endInside(L, Next);
  }
}

/// Reads what blocks print: the order must be that of their commits.
void readLines(int From, uint64_t &Last) {
  FILE *File = fdopen(From, "r");
  unsigned long long Number;
  while (fscanf(File, "%llu", &Number) == 1)
    INVARIANT(Number == ++Last);
  fclose(File);
}

double residentMb() {
  FILE *File = fopen("/proc/self/statm", "r");
  unsigned long Size = 0, Resident = 0;
  if (!File || fscanf(File, "%lu %lu", &Size, &Resident) != 2)
    stress::violated("/proc/self/statm", __FILE__, __LINE__);
  fclose(File);
  return double(Resident) * double(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

struct Sample {
  uint64_t Operations; // Done by then.
  double ResidentMb;
};

/// Of the time in which that share of all operations was done. Not of a share
/// of the time: a busy machine may have done nearly nothing in it.
double meanResident(const std::vector<Sample> &Of, double From, double To) {
  double All = double(Of.back().Operations), Sum = 0;
  size_t Count = 0;
  for (const Sample &S : Of)
    if (S.Operations >= From * All && S.Operations <= To * All) {
      Sum += S.ResidentMb;
      ++Count;
    }
  INVARIANT(Count != 0);
  return Sum / double(Count);
}

uint64_t number(const char *Name, uint64_t Default) {
  const char *Value = getenv(Name);
  return Value ? strtoull(Value, nullptr, 10) : Default;
}

/// Starts one thread after another at each of the places, and ends them. Runs
/// no transactions: they would wait for those who wait for their end.
class Places {
public:
  explicit Places(uint64_t Seed) : Next(Seed) {
    for (unsigned I = 0; I != Threads; ++I)
      start(I);
  }
  /// Puts others where threads have ended; false: none runs any more.
  bool look() {
    bool Any = false;
    for (unsigned I = 0; I != Threads; ++I) {
      if (!Lives[I])
        continue;
      if (Lives[I]->AwaitsCancel.exchange(false))
        pthread_cancel(Lives[I]->Thread);
      void *Result;
      if (pthread_tryjoin_np(Lives[I]->Thread, &Result) == 0) {
        INVARIANT((Result == PTHREAD_CANCELED) ==
                  (Lives[I]->How == IsCancelled));
        ++Ended;
        Lives[I].reset();
        if (!IsOver)
          start(I);
      }
      Any |= Lives[I] != nullptr;
    }
    return Any;
  }
  uint64_t Ended = 0;

private:
  void start(unsigned I) {
    auto L = std::make_unique<Life>();
    L->Seed = Next();
    L->Length = std::chrono::milliseconds(20 + Next.below(500));
    L->How = static_cast<End>(Next.below(Ends));
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
    // A thread that is cancelled in a sleep stays there for ThreadSanitizer,
    // which sees none of its locks and atomics from then on.
    if (L->How == IsCancelled)
      L->How = ExitsInside;
#endif
#endif
    auto Begin = [](void *L) -> void * {
      live(static_cast<Life *>(L));
      return nullptr;
    };
    INVARIANT(pthread_create(&L->Thread, nullptr, Begin, L.get()) == 0);
    Lives[I] = std::move(L);
  }

  Random Next;
  std::unique_ptr<Life> Lives[Threads];
};

/// \p Samples: one a second.
void report(uint64_t Seconds, const Places &P,
            const std::vector<Sample> &Samples) {
  stm_stats S;
  stm_get_stats(&S);
  printf("soak: %llu s, %llu operations by %llu threads: %llu transactions, "
         "%llu rolled back, %llu inevitable, %llu cancelled, %llu retried, "
         "%llu snapshots, %llu + %llu collections, RSS %.1f MB",
         static_cast<unsigned long long>(Seconds),
         static_cast<unsigned long long>(OperationsDone),
         static_cast<unsigned long long>(P.Ended),
         static_cast<unsigned long long>(S.commits),
         static_cast<unsigned long long>(S.aborts),
         static_cast<unsigned long long>(S.inevitable),
         static_cast<unsigned long long>(S.cancels),
         static_cast<unsigned long long>(S.retries),
         static_cast<unsigned long long>(S.snapshots),
         static_cast<unsigned long long>(S.minor_collections),
         static_cast<unsigned long long>(S.major_collections), residentMb());
  if (IsOver)
    stm::check::addToTotals("transactions", S.commits);
  if (Samples.size() >= SecondsToWarmUp) {
    double First = meanResident(Samples, 0.3, 0.4);
    double Last = meanResident(Samples, 0.9, 1);
    printf(", %.1f after warming up and %.1f at the end", First, Last);
    fflush(stdout);
    INVARIANT(Last < First * 1.1);
  }
  printf("\n");
  fflush(stdout);
}

} // namespace

} // namespace soak

int main() {
  using namespace soak;
  uint64_t Seconds =
      number("STM_TEST_SECONDS", getenv("STM_TEST_LONG") ? 3600 : 2);
  W.Now = std::make_shared<Settings>();
  int Ends[2];
  INVARIANT(pipe2(Ends, O_CLOEXEC) == 0);
  W.Pipe = Ends[1];
  uint64_t LastLine = 0;
  std::thread Reader(readLines, Ends[0], std::ref(LastLine));

  std::vector<Sample> Samples;
  Places P(number("STM_TEST_SEED", 1));
  auto Start = Clock::now(), NextSample = Start;
  while (Clock::now() < Start + std::chrono::seconds(Seconds)) {
    P.look();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    if (Clock::now() < NextSample)
      continue;
    NextSample += std::chrono::seconds(1);
    Samples.push_back({OperationsDone, residentMb()});
    if (Samples.size() % 60 == 0)
      report(Samples.size(), P, {});
  }
  IsOver = true;
  while (P.look())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  close(W.Pipe);
  Reader.join();

  W.check();
  INVARIANT(W.Left == W.Right);
  INVARIANT(W.FreeCups.Value == World::Cups);
  INVARIANT(W.HooksCalled == W.Hooked.Value);
  INVARIANT(LastLine == W.Printed.Value);
  INVARIANT(W.Ended.Value == EndedInside);
  INVARIANT(AtEndsCommitted == AtEnds && AtEnds == P.Ended);
  report(Seconds, P, Samples);
}
