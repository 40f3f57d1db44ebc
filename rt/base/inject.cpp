//===- base/inject.cpp - faults on demand -----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/inject.h"

#include <cstring>

#if STM_TEST_POINTS
#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#endif

namespace stm::rt {

namespace {

constexpr size_t FaultCount = static_cast<size_t>(Fault::Count);

struct FaultWord {
  const char *Word;
  uint32_t Rate; ///< 0: it lasts.
};

constexpr FaultWord Words[FaultCount] = {
#define STM_RATED_FAULT(Name, Word, Rate, Help) {#Word, Rate},
#define STM_LASTING_FAULT(Name, Word, Help) {#Word, 0},
    STM_RATED_FAULTS(STM_RATED_FAULT) STM_LASTING_FAULTS(STM_LASTING_FAULT)
#undef STM_RATED_FAULT
#undef STM_LASTING_FAULT
};

/// One in so many is as rare as it gets: rates are doubled (isInjected).
constexpr uint32_t MaxRate = 65535;

/// "/50" at \p At, up to \p End. 0: it isn't that.
uint32_t parseRate(const char *At, const char *End) {
  uint32_t Rate = 0;
  for (const char *Digit = At + 1; Digit < End; ++Digit) {
    if (*Digit < '0' || *Digit > '9' || Rate > MaxRate)
      return 0;
    Rate = Rate * 10 + static_cast<uint32_t>(*Digit - '0');
  }
  return Rate <= MaxRate ? Rate : 0;
}

/// The rate asked for by the word from \p At to \p End; the fault is \p Which.
/// 0: there is none of that name.
uint32_t parseWord(const char *At, const char *End, size_t &Which) {
  auto *Slash =
      static_cast<const char *>(memchr(At, '/', static_cast<size_t>(End - At)));
  auto Length = static_cast<size_t>((Slash ? Slash : End) - At);
  for (Which = 0; Which != FaultCount; ++Which) {
    const FaultWord &W = Words[Which];
    if (strlen(W.Word) != Length || memcmp(W.Word, At, Length) != 0)
      continue;
    if (Slash)
      return W.Rate ? parseRate(Slash, End) : 0;
    return W.Rate ? W.Rate : 1;
  }
  return 0;
}

template <class F>
const char *forEachWord(const char *Text, size_t &Length, F Take) {
  for (const char *At = Text; *At;) {
    const char *End = strchrnul(At, '+');
    size_t Which;
    uint32_t Rate = parseWord(At, End, Which);
    if (!Rate) {
      Length = static_cast<size_t>(End - At);
      return At;
    }
    Take(Which, Rate);
    At = *End ? End + 1 : End;
  }
  return nullptr;
}

#if STM_TEST_POINTS
/// SplitMix64 (Steele, Lea, Flood 2014).
uint64_t mix(uint64_t &State) {
  uint64_t Z = State += 0x9e3779b97f4a7c15;
  Z = (Z ^ Z >> 30) * 0xbf58476d1ce4e5b9;
  Z = (Z ^ Z >> 27) * 0x94d049bb133111eb;
  return Z ^ Z >> 31;
}

constinit uint64_t InjectionSeed = 0;
constinit std::atomic<uint64_t> ThreadsInjectedInto{0};
constinit std::atomic<uint64_t> Injected[FaultCount] = {};
/// 0: this thread has no descriptor.
constinit __thread uint64_t State = 0;
#endif

} // namespace

#if STM_TEST_POINTS

constinit uint32_t FaultRates[FaultCount] = {};

const char *parseInjection(const char *Text, size_t &Length) {
  memset(FaultRates, 0, sizeof(FaultRates));
  return forEachWord(Text, Length, [](size_t Which, uint32_t Rate) {
    FaultRates[Which] = Rate;
  });
}

void startInjection(uint64_t Seed) {
  InjectionSeed = Seed;
  ThreadsInjectedInto.store(0);
  for (auto &Count : Injected)
    Count.store(0);
}

void injectIntoThread() {
  uint64_t Start = InjectionSeed + (ThreadsInjectedInto.fetch_add(1) << 32);
  State = mix(Start) | 1;
}

bool isDue(Fault F, uint32_t Rate) {
  if (!State || mix(State) % Rate)
    return false;
  Injected[static_cast<size_t>(F)].fetch_add(1, std::memory_order_relaxed);
  return true;
}

void injectDelay() {
  int Saved = errno;
  timespec Time = {0, static_cast<long>(mix(State) % 100000)};
  clock_nanosleep(CLOCK_MONOTONIC, 0, &Time, nullptr);
  errno = Saved;
}

void injectSignal() { raise(SIGURG); }

uint64_t injectedForTesting(Fault F) {
  return Injected[static_cast<size_t>(F)].load();
}

#else

const char *parseInjection(const char *Text, size_t &Length) {
  return forEachWord(Text, Length, [](size_t, uint32_t) {});
}

#endif

} // namespace stm::rt
