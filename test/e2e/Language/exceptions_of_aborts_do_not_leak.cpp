//===- e2e/Language/exceptions_of_aborts_do_not_leak.cpp --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attempts that are doomed when they throw: in each way, until so many have
// been rolled back. What malloc has given out doesn't grow.
//
// RUN: env STM_OPTIONS=report=none %at_O2 %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <exception>
#include <malloc.h>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

alignas(64) long X = 0;
alignas(64) long Y = 0;
std::atomic<bool> Stop{false};
std::vector<int> Empty;
std::size_t TooMuch = PTRDIFF_MAX;
std::exception_ptr Kept =
    std::make_exception_ptr(std::runtime_error("from outside"));

/// Not for ever: what this attempt has written may share X's orec by chance,
/// and so the other one waits for it.
STM_PURE void awaitOther(std::atomic<bool> *Done, long Seen) {
  if (firstTime(*Done))
    for (int I = 0; I != 10000 && peek(&Y) <= Seen; ++I)
      sched_yield();
}

/// The first attempt has read an X that has changed, and so can't read Y.
void doom(std::atomic<bool> &Done, long Seen) {
  awaitOther(&Done, Seen);
  EXPECT(Y >= Seen);
}

template <class F> void once(F Throw) {
  std::atomic<bool> Done{false};
  try {
    stm::atomic([&] {
      long Seen = X;
      Throw([&] { doom(Done, Seen); });
    });
  } catch (const std::exception &) {
  }
}

void all() {
  // In the handler.
  once([](auto Doom) {
    try {
      throw std::runtime_error("a text that is too long for a small string");
    } catch (const std::exception &E) {
      std::string Copy = E.what();
      Doom();
    }
  });
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  // What operator new has thrown. (A sanitizer's ends the process.)
  once([](auto Doom) {
    try {
      ::operator delete(::operator new(TooMuch));
    } catch (const std::bad_alloc &) {
      Doom();
    }
  });
#endif
  // While an exception is on its way.
  once([](auto Doom) {
    struct AtExit {
      decltype(Doom) &D;
      ~AtExit() { D(); }
    };
    try {
      AtExit Now{Doom};
      (void)Empty.at(3);
    } catch (const std::out_of_range &E) {
      auto Copy = E;
    }
  });
  once([](auto Doom) {
    struct AtExit {
      decltype(Doom) &D;
      ~AtExit() { D(); }
    };
    AtExit Now{Doom};
    std::rethrow_exception(Kept);
  });
  // With references to it.
  once([](auto Doom) {
    std::exception_ptr P;
    try {
      throw std::logic_error("kept");
    } catch (...) {
      P = std::current_exception();
    }
    Doom();
    std::rethrow_exception(P);
  });
  once([](auto Doom) {
    try {
      try {
        throw std::logic_error("inner");
      } catch (...) {
        std::throw_with_nested(std::runtime_error("outer"));
      }
    } catch (...) {
      Doom();
    }
  });
}

// However often the other thread is faster: that is not what this is about.
extern "C" const char *__stm_default_options() {
  return "inevitable_after=1000000";
}

size_t inUse() {
  struct mallinfo2 Info = mallinfo2();
  return Info.uordblks + Info.hblkhd;
}

int main() {
  const uint64_t Aborts = getenv("STM_TEST_LONG") ? 1000000 : 10000;
  Thread Other([] {
    while (!Stop)
      stm::atomic([] {
        ++X;
        ++Y;
      });
  });
  for (int I = 0; I != 100; ++I)
    all();
  size_t Before = inUse();
  uint64_t Goal = abortsSoFar() + Aborts;
  while (abortsSoFar() < Goal)
    all();
  size_t After = inUse();
  Stop = true;
  EXPECT(After < Before + 100000);
  EXPECT(inevitableSoFar() == 0);
}
