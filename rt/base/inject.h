//===- base/inject.h - faults on demand -------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// STM_OPTIONS=inject=abort/50+memory/20+chunks:seed=7 makes the checked build
// of the runtime meet what is rare: about one time in 50, 20, wherever that can
// happen. It is there in that build only (test_point.h); elsewhere asking for
// it is an error.
//
// Which times is decided by the seed and by how many threads registered before
// this one. The decisions of a thread are the same in each run; how the threads
// mix is not.
//
// What the program then sees is defined: as without faults, but later, except
// that an allocation that fails where nothing can be undone any more ends it,
// with "out of memory: N bytes for …".
//
// Thread safety: any thread; what is injected is set before there are several.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_INJECT_H
#define STM_RT_BASE_INJECT_H

#include "base/port.h"

namespace stm::rt {

/// X(Fault, word, one time in so many if no number is given, help)
#define STM_RATED_FAULTS(X)                                                    \
  X(Abort, abort, 100,                                                         \
    "a read, a write or a commit rolls the transaction back; half as often "   \
    "after each rollback, so that it gets through")                            \
  X(Memory, memory, 50, "the runtime gets no memory for its logs")             \
  X(Delay, delay, 200, "a thread sleeps between two steps of the protocol")    \
  X(Signal, signal, 1000, "the thread gets SIGURG at a read or write")

/// X(Fault, word, help)
#define STM_LASTING_FAULTS(X)                                                  \
  X(Chunks, chunks, "1 KB of a chunk of the undo log is used, of 64")          \
  X(Orecs, orecs, "16 ownership records, so that everything collides")         \
  X(Clock, clock, "the clock starts 2^32 commits before its end")

enum class Fault : uint8_t {
#define STM_RATED_FAULT(Name, Word, Rate, Help) Name,
#define STM_LASTING_FAULT(Name, Word, Help) Name,
  STM_RATED_FAULTS(STM_RATED_FAULT) STM_LASTING_FAULTS(STM_LASTING_FAULT)
#undef STM_RATED_FAULT
#undef STM_LASTING_FAULT
      Count
};

/// What \p Text, an option's value, asks for. Null, or the word that can't be
/// understood, which \p Length characters have.
const char *parseInjection(const char *Text, size_t &Length);

#if STM_TEST_POINTS

/// After the options have been parsed, before the first transaction.
void startInjection(uint64_t Seed);
/// This thread has a descriptor: from here on it can meet faults.
void injectIntoThread();

extern STM_HIDDEN uint32_t FaultRates[static_cast<size_t>(Fault::Count)];
bool isDue(Fault F, uint32_t Rate);

/// Whether it happens this time.
inline bool isInjected(Fault F, uint32_t LessOften = 0) {
  uint32_t Rate = FaultRates[static_cast<size_t>(F)];
  return STM_UNLIKELY(Rate != 0) &&
         isDue(F, Rate << (LessOften < 16 ? LessOften : 16));
}
/// Of one that lasts.
inline bool isLasting(Fault F) {
  return STM_UNLIKELY(FaultRates[static_cast<size_t>(F)] != 0);
}
/// Whether reads must not be decided in the program's code: it knows nothing of
/// faults.
inline bool injectsAtReads() {
  return isLasting(Fault::Abort) || isLasting(Fault::Signal) ||
         isLasting(Fault::Orecs);
}

void injectDelay();
void injectSignal();

/// How often each has happened, for tests.
uint64_t injectedForTesting(Fault F);

#define STM_INJECT(Name) ::stm::rt::isInjected(::stm::rt::Fault::Name)
#define STM_INJECTS(Name) ::stm::rt::isLasting(::stm::rt::Fault::Name)
#define STM_INJECTS_AT_READS ::stm::rt::injectsAtReads()

#else

#define STM_INJECT(Name) false
#define STM_INJECTS(Name) false
#define STM_INJECTS_AT_READS false

#endif

} // namespace stm::rt

#endif // STM_RT_BASE_INJECT_H
